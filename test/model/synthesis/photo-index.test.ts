import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { parseCsv } from "../../../src/model/synthesis/parse-csv.js";
import { listPhotos } from "../../../src/model/synthesis/photo-index.js";

async function folder(t: TestContext, files: Record<string, string>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "photos-"));
  t.after(() => rm(dir, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(dir, name, ".."), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  return dir;
}

describe("listPhotos", () => {
  it("follows an index: sets of the same family share their people", async (t) => {
    const dir = await folder(t, {
      "index.csv": "set,id,file\nlondon-neutral,002,a.jpg\nlondon-smiling,002,b.jpg\nfaker,f1,c.jpg\nlondon-neutral,004,d.jpg\n", "z.jpg": "",
    });
    const photos = await listPhotos(dir);
    assert.deepEqual(photos.map(({ file }) => file), ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]);
    assert.equal(photos[0].person, photos[1].person);
    assert.equal(new Set(photos.map(({ person }) => person)).size, 3);
    assert.deepEqual(photos.map(({ weight }) => weight), [1, 1, 0.35, 1]);
  });

  it("takes people and weights from the index", async (t) => {
    const dir = await folder(t, { "index.csv": 'file,person,weight\n"a, b.jpg",Ann,2\nc.jpg,Ann,\n' });
    assert.deepEqual(await listPhotos(dir), [
      { file: "a, b.jpg", set: "photos", person: "Ann", weight: 2 },
      { file: "c.jpg", set: "photos", person: "Ann", weight: 1 },
    ]);
  });

  it("lists a plain folder in order, one person per file", async (t) => {
    const dir = await folder(t, { "b.PNG": "", "a/x.jpg": "", "a/y.webp": "", "notes.txt": "" });
    const photos = await listPhotos(dir);
    assert.deepEqual(photos.map(({ file, set }) => [file, set]), [["a/x.jpg", "a"], ["a/y.webp", "a"], ["b.PNG", "photos"]]);
    assert.equal(new Set(photos.map(({ person }) => person)).size, 3);
  });

  it("says what is wrong", async (t) => {
    const invalid = { code: "DATA_INVALID" };
    await assert.rejects(listPhotos(await folder(t, { "notes.txt": "" })), invalid);
    await assert.rejects(listPhotos(join(tmpdir(), "no-such-folder-of-photos")), invalid);
    await assert.rejects(listPhotos(await folder(t, { "index.csv": "set,id\na,b\n" })), invalid);
    await assert.rejects(listPhotos(await folder(t, { "index.csv": "file,weight\na.jpg,0\n" })), invalid);
  });
});

describe("parseCsv", () => {
  it("knows quotes, CRLF, a byte order mark and short rows", () => {
    assert.deepEqual(parseCsv('\uFEFFa,b,c\r\n1,"two ""quoted"", and\nmore",3\r\n\r\n4\r\n5,6,'), [
      { a: "1", b: 'two "quoted", and\nmore', c: "3" },
      { a: "4", b: "", c: "" },
      { a: "5", b: "6", c: "" },
    ]);
  });
});
