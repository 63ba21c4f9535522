import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it, type TestContext } from "node:test";
import type { FaceLandmarks } from "../../../src/model/landmarks/face.js";
import { createMediapipeSource } from "../../../src/model/landmarks/mediapipe-source.js";
import { weightVector } from "../../../src/model/synthesis/expression-basis.js";
import { FaceSynthesizer } from "../../../src/model/synthesis/face-synthesizer.js";
import { loadBasis } from "../../../src/model/synthesis/load-basis.js";
import { readRgb } from "../../../src/model/synthesis/read-rgb.js";
import { BASIS, meanDifference, MODEL, PHOTOS, SHARED, without } from "./fixtures.js";

const PYTHON = "/usr/bin/python3";
const FILES = ["canada/003f.jpg", "london-smiling/002.jpg", "congress/A000055.jpg"];
const EXPRESSIONS: Record<string, Record<string, number>> = {
  neutral: {},
  jaw: { jawOpen: 0.7 },
  smile: { mouthSmileLeft: 0.9, mouthSmileRight: 0.9, mouthUpperUpLeft: 0.4, mouthUpperUpRight: 0.4, cheekSquintLeft: 0.6 },
  blink: { eyeBlinkLeft: 1, eyeBlinkRight: 1 },
  mixed: { mouthLeft: 0.5, eyeBlinkLeft: 0.6, browOuterUpRight: 0.8, jawOpen: 0.3, mouthFunnel: 0.6 },
};

/** Runs the reference over photos that are given as PNG, so that both sides start from the same pixels. */
const SCRIPT = `
import json, sys, importlib.util, cv2
spec = importlib.util.spec_from_file_location("reference", sys.argv[1]); ref = importlib.util.module_from_spec(spec); spec.loader.exec_module(ref)
for job in json.load(open(sys.argv[2])):
    face = ref.Face(cv2.imread(job["photo"]), job["face"])
    for name, weights in job["expressions"].items(): cv2.imwrite(job["out"] + name + ".png", face.render(ref.vec(weights)))
`;

function cannotRun(): string | false {
  const missing = without(BASIS, PHOTOS, MODEL, `${SHARED}reference/expression_synthesis.py`);
  if (missing) return missing;
  return spawnSync(PYTHON, ["-c", "import cv2, scipy"]).status === 0 ? false : `needs ${PYTHON} with cv2 and scipy`;
}

describe("the synthesis beside its reference", { skip: cannotRun() }, () => {
  const faces: FaceLandmarks[] = [];
  before(async () => {
    const source = await createMediapipeSource({ modelPath: MODEL });
    for (const file of FILES) faces.push(...await source.detect(await readRgb(join(PHOTOS, file))));
    await source.close();
  });

  it("differs by less than 2 of 255", async (t: TestContext) => {
    assert.equal(faces.length, FILES.length);
    const dir = await mkdtemp(join(tmpdir(), "reference-"));
    t.after(() => rm(dir, { recursive: true }));
    const { default: sharp } = await import("sharp");
    const jobs = await Promise.all(FILES.map(async (file, i) => {
      const { data, width, height } = await readRgb(join(PHOTOS, file));
      await sharp(data, { raw: { width, height, channels: 3 } }).png().toFile(join(dir, `${i}.png`));
      // The reference puts pixel centres at integers.
      const points = Array.from({ length: 478 }, (_, v) => [0, 1, 2].map((c) => faces[i].points[3 * v + c] - (c < 2 ? 0.5 : 0)));
      return { photo: join(dir, `${i}.png`), out: join(dir, `${i}-`), face: { points, blendshapes: faces[i].blendshapes }, expressions: EXPRESSIONS };
    }));
    await writeFile(join(dir, "jobs.json"), JSON.stringify(jobs));
    execFileSync(PYTHON, ["-c", SCRIPT, `${SHARED}reference/expression_synthesis.py`, join(dir, "jobs.json")]);

    const basis = await loadBasis(BASIS);
    for (const [i, job] of jobs.entries()) {
      const synthesizer = new FaceSynthesizer(basis, await readRgb(job.photo), faces[i]);
      for (const [name, named] of Object.entries(EXPRESSIONS)) {
        const ours = synthesizer.render(weightVector(basis, named)), theirs = await readRgb(`${job.out}${name}.png`);
        const difference = meanDifference(ours.data, theirs.data);
        t.diagnostic(`${FILES[i]} ${name}: ${difference.toFixed(3)}`);
        assert.ok(difference < 0.6, `${FILES[i]} ${name}: ${difference}`);
      }
    }
  });
});
