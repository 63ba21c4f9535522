import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** Theirs is not ours to say: a browser's WebSocket, and what a thread serves. */
const OTHERS = ["LiveSocket", "ThreadService", "Spool"];

test("whatever has a close() can be declared by `using` or `await using`", async () => {
  const root = fileURLToPath(new URL("../src", import.meta.url)), without: string[] = [];
  for (const file of (await readdir(root, { recursive: true })).filter((name) => name.endsWith(".ts") && !name.startsWith("server/page"))) {
    const source = ts.createSourceFile(file, await readFile(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
    for (const one of source.statements.filter((statement) => ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement))) {
      const names = one.members.map((member) => member.name?.getText() ?? "");
      const disposable = names.some((name) => /^\[Symbol\.(asyncD|d)ispose\]$/.test(name)) 
        || (ts.isInterfaceDeclaration(one) && one.heritageClauses?.some((clause) => clause.getText().includes("Disposable")));
      if (names.includes("close") && !disposable && !OTHERS.includes(one.name!.text)) without.push(`${file}: ${one.name!.text}`);
    }
  }
  assert.deepEqual(without, []);
});
