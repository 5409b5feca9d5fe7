import { defineConfig } from "oxlint";
import { importDirectionOverrides } from "./build/lint/importDirection.ts";

export default defineConfig({
  plugins: ["eslint", "typescript", "unicorn", "oxc", "import", "promise", "react", "vitest"],
  options: { typeAware: true },
  categories: { correctness: "error", suspicious: "error" },
  ignorePatterns: ["out", "dist", "coverage", "test-results", "screenshots", "**/fixtures/**"],
  rules: {
    "max-lines": ["error", { max: 600 }],
    "typescript/no-explicit-any": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
    "typescript/ban-ts-comment": "error",
    "react/rules-of-hooks": "error",
    "react/exhaustive-deps": "error",
    "no-console": "off",

    // The page is built with the automatic JSX runtime: React need not be in scope.
    "react/react-in-jsx-scope": "off",
    // Styles and polyfills are imported for their effect alone.
    "import/no-unassigned-import": "off",
    // A loop that awaits is how work is put in order; that is mostly what is meant.
    "no-await-in-loop": "off",
    // `toSorted` and `toReversed` are younger than the oldest page and shell that Hearth runs in.
    "unicorn/no-array-sort": "off",
    "unicorn/no-array-reverse": "off",
    // A small function next to its only use reads better than one far away.
    "unicorn/consistent-function-scoping": "off",
    // `fc.assert` is how that package is written about everywhere.
    "import/no-named-as-default-member": "off",
    // Narrowing what a schema has just checked is what `as` is for; `any` is what is forbidden.
    "typescript/no-unsafe-type-assertion": "off",
  },
  overrides: [
    {
      files: ["**/*.test.ts", "**/*.test.tsx", "e2e/**"],
      rules: { "max-lines": ["error", { max: 800 }] },
    },
    ...importDirectionOverrides(),
  ],
});
