import importX from "eslint-plugin-import-x";
import jsdoc from "eslint-plugin-jsdoc";
import tseslint from "typescript-eslint";

/** Imports flow one way: cli, server, jobs → pipeline → operators → model, streams. `except` lists what a zone may reach. */
const layers = [
  { target: "./src/model", from: "./src/{streams,operators,pipeline,cli,server,jobs}/**" },
  { target: "./src/streams", from: "./src/{model,operators,pipeline,cli,server,jobs}/**" },
  { target: "./src/operators", from: "./src/{pipeline,cli,server,jobs}/**" },
  { target: "./src/pipeline", from: "./src/{cli,server,jobs}/**" },
  { target: "./src/{errors,frame}.ts", from: "./src/*/**" },
];

export default tseslint.config(
  { ignores: ["dist/", "out/", ".tensorflow/", "node_modules/"] },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts"],
    plugins: { "import-x": importX, jsdoc },
    settings: { "import-x/resolver": { typescript: true, node: true } },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "import-x/no-cycle": "error",
      "import-x/no-restricted-paths": ["error", { zones: layers }],
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
  {
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-floating-promises": "off" },
  },
);
