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
    // The compiler sees to what a function returns; effects and `then` may return nothing.
    "typescript/consistent-return": "off",
    "promise/always-return": "off",
    // `[...listeners]` is a copy on purpose: a listener may leave while all are told.
    "unicorn/no-useless-spread": "off",
    // What comes from outside is searched for control characters.
    "no-control-regex": "off",
    // An effect may depend on what it only has to follow, and may set state when that changes.
    "react/exhaustive-effect-dependencies": "off",
    "react/set-state-in-effect": "off",
    // Narrowing what a schema has just checked is what `as` is for; `any` is what is forbidden.
    "typescript/no-unsafe-type-assertion": "off",
  },
  overrides: [
    {
      files: ["**/*.test.ts", "**/*.test.tsx", "e2e/**"],
      rules: {
        "max-lines": ["error", { max: 800 }],
        "vitest/expect-expect": [
          "error",
          { assertFunctionNames: ["expect*", "assert*", "fc.assert"] },
        ],
        // The second argument of vitest's `expect` says what went wrong.
        "vitest/valid-expect": ["error", { maxArgs: 2 }],
        "vitest/require-to-throw-message": "off",
        "vitest/no-conditional-expect": "off",
      },
    },
    {
      // The interface takes the functions of its stores apart; they do not use `this`.
      files: ["src-renderer/**"],
      rules: { "typescript/unbound-method": "off" },
    },
    ...importDirectionOverrides(),
  ],
});
