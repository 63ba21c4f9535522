import { basename, dirname, extname } from "node:path";

/** What a template may name, and what it stands for. */
const PLACES: Readonly<Record<string, (parts: TemplateParts) => string>> = {
  driver: ({ driver }) => stem(driver),
  photo: ({ photo }) => stem(photo),
  driverFolder: ({ driver }) => basename(dirname(driver)),
  photoFolder: ({ photo }) => basename(dirname(photo)),
  number: ({ number }) => String(number).padStart(4, "0"),
};

/** The names that {@link fillTemplate} knows. */
export const TEMPLATE_NAMES = Object.keys(PLACES);

/** What a template is filled with. */
export interface TemplateParts {
  /** Paths. */
  readonly driver: string;
  readonly photo: string;
  /** Counts the jobs, from 1. */
  readonly number: number;
}

/** Names in a template that are not among {@link TEMPLATE_NAMES}. */
export function unknownNames(template: string): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name).filter((name) => !Object.hasOwn(PLACES, name));
}

/** A template such as `out/{driver}-{photo}.mp4` with the names of a job's files, without their folders and extensions. */
export function fillTemplate(template: string, parts: TemplateParts): string {
  return template.replace(/\{([^{}]*)\}/g, (whole, name: string) => (Object.hasOwn(PLACES, name) ? PLACES[name](parts) : whole));
}

function stem(path: string): string {
  return basename(path, extname(path));
}
