import { readdir, readFile } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { byteCount } from "../format-values.js";
import { packageInfo } from "../package-info.js";
import type { Finding, Section } from "./finding.js";

/** What a job on the CPU takes, bytes: below this it swaps. */
const COMFORTABLE_MEMORY = 1.5e9;

/** Node, cores, memory and graphics cards. */
export async function checkMachine(): Promise<Section> {
  const cores = availableParallelism(), cpu = cpus().at(0)?.model.trim() ?? "unknown";
  const memory = memoryLimit();
  const [nvidia, vulkan] = await Promise.all([nvidiaCards(), vulkanDrivers()]);
  return {
    key: "machine",
    title: "Machine",
    findings: [checkNode(), { state: "ok", name: "cores", found: `${cores} (${cpu})` }, checkMemory(memory), gpuFinding(nvidia, vulkan)],
    facts: { node: process.version, platform: process.platform, arch: process.arch, cores, cpu, memory, gpu: { nvidia, vulkan } },
  };
}

function checkNode(): Finding {
  const wanted = packageInfo().engines.node;
  const [major, minor] = wanted.replace(/[^\d.]/g, "").split(".").map(Number);
  const [hasMajor, hasMinor] = process.versions.node.split(".").map(Number);
  const found = `${process.version} on ${process.platform} ${process.arch}`;
  if (hasMajor > major || (hasMajor === major && hasMinor >= (minor ?? 0))) return { state: "ok", name: "Node.js", found };
  return { state: "missing", name: "Node.js", found: `${found}, but ${wanted} is needed`, advice: "Install a newer Node.js.", code: "ENGINE_UNAVAILABLE" };
}

/** The machine's memory, or what a container leaves of it, bytes. */
function memoryLimit(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function checkMemory(memory: number): Finding {
  if (memory >= COMFORTABLE_MEMORY) return { state: "ok", name: "memory", found: byteCount(memory) };
  return { state: "absent", name: "memory", found: `${byteCount(memory)}, which is little`, advice: "Use --batch 1 and, for large photos, --max-side 1024." };
}

function gpuFinding(nvidia: readonly string[], vulkan: readonly string[]): Finding {
  const drivers = vulkan.length > 0 ? `Vulkan drivers: ${vulkan.join(", ")}` : "no Vulkan driver";
  if (nvidia.length > 0) return { state: "ok", name: "GPU", found: `${nvidia.join(", ")}; ${drivers}` };
  return { state: "absent", name: "GPU", found: `no NVIDIA card; ${drivers}`, advice: "None is needed: everything runs on the CPU, training takes hours there." };
}

/** The names of NVIDIA's cards that the kernel's driver knows; where it shows none but its device is there, one without a name. */
async function nvidiaCards(): Promise<string[]> {
  const root = "/proc/driver/nvidia/gpus";
  const cards = await names(root);
  if (cards.length > 0) {
    return Promise.all(cards.map(async (card) => {
      const text = await readFile(join(root, card, "information"), "utf8").catch(() => "");
      return /^Model:\s*(.+)$/m.exec(text)?.[1].trim() ?? "NVIDIA";
    }));
  }
  return (await names("/dev")).filter((name) => /^nvidia\d+$/.test(name)).map((name) => `NVIDIA (/dev/${name})`);
}

/** The names of the Vulkan drivers' descriptions where loaders look for them. */
async function vulkanDrivers(): Promise<string[]> {
  const named = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES;
  if (named) return named.split(":");
  const folders = await Promise.all(["/etc/vulkan/icd.d", "/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d"].map(names));
  return [...new Set(folders.flat())].filter((name) => name.endsWith(".json")).map((name) => name.replace(/(_icd)?(\.[a-z0-9_]+)?\.json$/, ""));
}

function names(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
