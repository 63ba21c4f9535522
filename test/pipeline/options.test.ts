import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { ReenactError } from "../../src/errors.js";
import { OptionsSchema, resolveOptions, type ReenactOptions } from "../../src/pipeline/options.js";

const FILES = { input: "driver.mp4", photo: "photo.jpg", output: "out.mp4" };

test("every option is documented in the declarations that the package carries", async () => {
  const path = "src/pipeline/options.ts";
  const { outputText, diagnostics } = ts.transpileDeclaration(await readFile(new URL(`../../${path}`, import.meta.url), "utf8"), { fileName: path, compilerOptions: { declaration: true } });
  assert.ok(outputText.includes("interface ResolvedOptions"), diagnostics?.map(({ messageText }) => JSON.stringify(messageText)).join());
  const declared = ts.createSourceFile("options.d.ts", outputText, ts.ScriptTarget.Latest, true).statements.filter(ts.isInterfaceDeclaration);
  const members = (name: string) => declared.find((one) => one.name.text === name)!.members;
  for (const name of ["ResolvedOptions", "ReenactOptions"]) {
    for (const member of members(name)) {
      const said = ts.getJSDocCommentsAndTags(member).map(({ comment }) => String(comment)).join(" ");
      assert.ok(said.length > 30, `${name}.${member.name!.getText()} is told by: "${said}"`);
    }
  }
  assert.deepEqual(members("ResolvedOptions").map((member) => member.name!.getText()).sort(), Object.keys(OptionsSchema.shape).sort());
});

test("files may be named by URLs; what is no file on this machine stays a URL where ffmpeg opens it, and is refused elsewhere", () => {
  const path = "/tmp/a b.mp4";
  assert.deepEqual(
    (({ input, photo, output, weights }) => ({ input, photo, output, weights }))(resolveOptions({ input: new URL("https://example.org/a%20b.mp4"), photo: pathToFileURL(path), output: pathToFileURL(path), weights: pathToFileURL("/tmp") })),
    { input: "https://example.org/a%20b.mp4", photo: path, output: path, weights: "/tmp" },
  );
  assert.equal(resolveOptions({ ...FILES, input: pathToFileURL(path) }).input, path);
  assert.throws(() => resolveOptions({ ...FILES, photo: new URL("https://example.org/photo.jpg") }), { code: "USAGE", message: /`photo`.*https:\/\/example\.org/ });
});

test("what is wrong with options is one sentence with a code", () => {
  const cases: [unknown, RegExp][] = [
    [{ ...FILES, strength: 2 }, /^Expected a number of at most 1\.5 for `strength` but received 2:/],
    [{ ...FILES, strength: NaN }, /^Expected a number for `strength` but received NaN:/],
    [{ ...FILES, strenght: 1 }, /^Expected a known option but received `strenght`:/],
    [{ ...FILES, view: "mosaic" }, /^Expected one of `composite`, `face`, `side-by-side` for `view` but received "mosaic":/],
    [{ ...FILES, face: 0 }, /^Expected a number of at least 1 for `face` but received 0:/],
    [{ ...FILES, photo: 7 }, /^Expected text or bytes for `photo` but received 7:/],
    [{ input: "a", photo: "b" }, /^Expected text for `output` but there is none:/],
    [undefined, /^Expected settings .* for the options but there is none:/],
  ];
  for (const [given, message] of cases) {
    assert.throws(() => resolveOptions(given as ReenactOptions), (error) => {
      assert.ok(error instanceof ReenactError, String(error));
      assert.equal(error.code, "USAGE");
      assert.match(error.message, message);
      assert.match(error.message, /^[^\n]+\.$/);
      return true;
    });
  }
});
