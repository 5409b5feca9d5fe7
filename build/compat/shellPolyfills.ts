// What Node 16 lacks of the language, and of the platform where core-js leaves it out.
import "core-js/actual/index.js";
import "./abortSignalPolyfill.ts";
