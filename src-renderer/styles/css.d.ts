/** Class names of a CSS module. A name that the module lacks reads as undefined, as at run time. */
declare module "*.module.css" {
  const classes: Readonly<Record<string, string>>;
  export default classes;
}

/** A style sheet imported for its effect on the page. */
declare module "*.css";

declare module "@fontsource-variable/*";
