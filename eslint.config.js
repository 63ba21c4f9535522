import jsdoc from "eslint-plugin-jsdoc";
import tseslint from "typescript-eslint";

/** Imports flow one way: cli, server, jobs → pipeline → operators → model, streams. What each layer must not reach: */
const above = {
  model: ["streams", "operators", "pipeline", "cli", "server", "jobs"],
  streams: ["model", "operators", "pipeline", "cli", "server", "jobs"],
  operators: ["pipeline", "cli", "server", "jobs"],
  pipeline: ["cli", "server", "jobs"],
};
const layers = Object.entries(above).map(([layer, forbidden]) => ({
  files: [`src/${layer}/**/*.ts`],
  rules: {
    "no-restricted-imports": ["error", {
      patterns: [{ group: forbidden.map((name) => `**/../${name}/**`), message: `src/${layer} must not know src/{${forbidden.join(",")}}.` }],
    }],
  },
}));

export default tseslint.config(
  { ignores: [".ci/", "dist/", "vendor/", "out/", ".tensorflow/", "node_modules/"] },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts"],
    plugins: { jsdoc },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/no-floating-promises": ["error", { ignoreVoid: true }],
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "max-len": ["error", { code: 180, ignoreUrls: true, ignoreTemplateLiterals: true, ignoreStrings: true }],
    },
  },
  {
    files: ["src/**/*.ts"],
    rules: { "jsdoc/require-jsdoc": ["error", { publicOnly: true, contexts: ["TSInterfaceDeclaration", "TSTypeAliasDeclaration"] }] },
  },
  ...layers,
  {
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-floating-promises": "off" },
  },
);
