import { MEASURED_THRESHOLDS } from "../../model/evaluation/thresholds.js";
import { escapeHtml } from "./escape-html.js";
import { MOVEMENTS, type JobScores } from "./job-scores.js";
import { plot } from "./plot.js";
import { describeShares } from "./shares.js";
import type { BatchReport, JobReport } from "./batch-report.js";

const STYLE = `
:root { color-scheme: light dark } a { color: #0b57d0 }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 84rem; padding: 0 1rem; color: #1c1c1c; background: #fff }
h1 { font-size: 1.6rem } h2 { font-size: 1.1rem; margin: 0 0 .4rem; overflow-wrap: anywhere }
section { border-top: 1px solid #ddd; padding: 1rem 0 } .failed h2 { color: #b00020 }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .86rem } th, td { padding: .25rem .6rem; border-bottom: 1px solid #ddd; text-align: right }
th:first-child, td:first-child, .why { text-align: left; overflow-wrap: anywhere }
.row { display: flex; flex-wrap: wrap; gap: .8rem; align-items: flex-start } figure { margin: 0 } figcaption { font-size: .8rem; color: #666; max-width: 200px; overflow-wrap: anywhere }
img { display: block; max-width: 200px } ul { margin: .4rem 0; padding-left: 1.2rem; font-size: .9rem }
svg { font: 9px system-ui, sans-serif } svg path { fill: none; stroke-width: 1.4 } svg text { fill: #666 } svg .title { fill: currentColor; font-size: 11px }
.driver { stroke: #999 } .output { stroke: #1565c0 } .identity { stroke: #2e7d32 } .axis { stroke: #bbb; stroke-width: 1 !important } .level { stroke: #c62828; stroke-dasharray: 3 3; stroke-width: 1 !important }
@media (prefers-color-scheme: dark) { body { background: #161616; color: #e6e6e6 } section, th, td { border-color: #3a3a3a } .failed h2 { color: #ff8a80 } a { color: #8ab4f8 } figcaption { color: #aaa } svg text { fill: #aaa } svg .title { fill: currentColor } .output { stroke: #64b5f6 } .identity { stroke: #81c784 } }`;

const TITLES: Readonly<Record<(typeof MOVEMENTS)[number], string>> = {
  mouthOpen: "mouth open, of the face's width", smile: "smile, of the face's width", eyesOpen: "eyes open, height by width", browsUp: "brows up, of the face's width",
};

/** A batch's report as one page that needs nothing else. */
export function reportHtml(report: BatchReport): string {
  const { done, failed, left, shares, jobs } = report;
  return [
    "<!doctype html>", '<html lang="en"><head><meta charset="utf-8">', '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>reenact: ${done} of ${jobs.length} jobs done</title><style>${STYLE}</style></head><body>`,
    `<h1>${done} of ${jobs.length} jobs done${failed > 0 ? `, ${failed} failed` : ""}${left > 0 ? `, ${left} left` : ""}</h1>`,
    `<p>Begun ${moment(report.startedAt)}, written ${moment(report.writtenAt)}. Grey is the driver, blue the output. Identity is the cosine of a face verifier`,
    ` (HSE-FaceRes) between output and photo; above the dashed line (${MEASURED_THRESHOLDS.strict}) it takes them for one person.</p>`,
    shares.length > 1 ? `<p>${escapeHtml(describeShares(shares))}.</p>` : "", overview(jobs), ...jobs.map(section), "</body></html>", "",
  ].join("\n");
}

function overview(jobs: readonly JobReport[]): string {
  const rows = jobs.map(({ id, name, state, error, summary, scores, seconds }) => {
    const cells = [state, summary?.frames ?? "", seconds === undefined ? "" : seconds.toFixed(1), number(scores?.identity), number(scores?.follows.mouthOpen), number(scores?.follows.smile), number(scores?.follows.eyesOpen)];
    const told = error ? `<td>${state}</td><td class="why" colspan="${cells.length - 1}">${escapeHtml(error.message)}</td>` : cells.map((cell) => `<td>${cell}</td>`).join("");
    return `<tr><td><a href="#${id}">${escapeHtml(name)}</a></td>${told}</tr>`;
  });
  const head = ["job", "state", "frames", "seconds", "identity", "mouth r", "smile r", "eyes r"].map((title) => `<th>${title}</th>`).join("");
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join("\n")}</tbody></table>`;
}

function section(job: JobReport): string {
  const { id, name, state, error, driver, photo, output, stills, notes, scores, seconds, summary, segments, shares } = job;
  const figure = (caption: string, path: string, image: string | undefined) => (image ? `<figure><img alt="${caption}" src="${image}"><figcaption>${caption}: ${escapeHtml(path)}</figcaption></figure>` : "");
  const facts = [
    ...(error ? [`${error.code}: ${error.message}`] : []),
    ...(summary && seconds !== undefined ? [`${summary.frames} frames (a face in ${summary.faces}), ${summary.duration.toFixed(2)} s, ${summary.width}×${summary.height}, sound ${summary.audio}; took ${seconds.toFixed(1)} s: ${times(summary.stages)} ms a frame`] : []),
    ...(segments.length > 1 ? [`${segments.length} segments, ${segments.filter(({ tries }) => tries > 1).length} of them tried more than once: ${describeShares(shares)}`] : []),
    ...notes,
  ];
  return [
    `<section id="${id}" class="${state}"><h2>${escapeHtml(name)}</h2>`, facts.length > 0 ? `<ul>${facts.map((fact) => `<li>${escapeHtml(fact)}</li>`).join("")}</ul>` : "",
    `<div class="row">${figure("driver", driver, stills.driver)}${figure("photo", photo, stills.photo)}${figure("output", output, stills.output)}</div>`,
    scores ? `<div class="row">${plots(scores)}</div>` : "", "</section>",
  ].join("\n");
}

function plots({ samples, follows }: JobScores): string {
  const level = { value: MEASURED_THRESHOLDS.strict, label: "one person from here on" };
  const identity = plot({ title: "identity: cosine to the photo", range: [0, 1], level, lines: [{ label: "output", kind: "identity", points: samples.map(({ time, identity: value }) => ({ time, value })) }] });
  return identity + MOVEMENTS.map((name) => plot({
    title: `${TITLES[name]}; r = ${number(follows[name])}`,
    lines: (["driver", "output"] as const).map((kind) => ({ label: kind, kind, points: samples.map((sample) => ({ time: sample.time, value: sample[kind]?.[name] })) })),
  })).join("");
}

function number(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : value.toFixed(2);
}

/** An ISO time for people. */
function moment(time: string): string {
  return escapeHtml(time.replace("T", " ").replace(/\.\d+Z$/, " UTC"));
}

function times(stages: Readonly<Record<string, number | undefined>>): string {
  return Object.entries(stages).map(([stage, ms]) => `${stage} ${ms?.toFixed(1)}`).join(" · ");
}
