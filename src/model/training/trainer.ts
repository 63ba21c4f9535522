import * as tf from "@tensorflow/tfjs";
import { readTensors } from "../engines/tfjs/read-tensors.js";
import type { Weights } from "../network/initialize.js";

/** A step's losses by name, as plain numbers. */
export type Losses = Record<string, number>;

/** Computes a loss, `total`, and whatever else is to be reported of a step. */
export type LossFunction = () => { readonly total: tf.Scalar } & Readonly<Record<string, tf.Scalar>>;

/** How a {@link Trainer} learns. */
export interface TrainerOptions {
  /** Adam's β₁, β₂ and ε. */
  readonly beta1?: number;
  readonly beta2?: number;
  /** How slowly the averaged weights (EMA) follow, per step: 0…1. */
  readonly averaging?: number;
}

/**
 * Adam over a set of named variables, with an exponential moving average of them. It knows nothing of the network: a step is given the
 * function that computes the losses. Whoever makes a trainer closes it.
 */
export class Trainer implements Disposable {
  readonly variables: ReadonlyMap<string, tf.Variable>;
  readonly #moments = new Map<string, { m: tf.Variable; v: tf.Variable }>();
  readonly #average = new Map<string, tf.Variable>();
  readonly #options: Required<TrainerOptions>;
  #step = 0;

  constructor(weights: Weights, options: TrainerOptions = {}) {
    this.#options = { beta1: 0.9, beta2: 0.999, averaging: 0.998, ...options };
    const variable = (data: Float32Array, shape: readonly number[], trainable: boolean) =>
      tf.tidy(() => tf.variable(tf.tensor(data, [...shape]), trainable));
    const variables = new Map<string, tf.Variable>();
    for (const [name, { data, shape }] of weights) {
      variables.set(name, variable(data, shape, true));
      this.#average.set(name, variable(data, shape, false));
      const zeros = new Float32Array(data.length);
      this.#moments.set(name, { m: variable(zeros, shape, false), v: variable(zeros, shape, false) });
    }
    this.variables = variables;
  }

  /** The averaged weights as variables, for looking at pictures during training. */
  get average(): ReadonlyMap<string, tf.Variable> {
    return this.#average;
  }

  /** Steps done so far. */
  get steps(): number {
    return this.#step;
  }

  /**
   * One step of Adam (Kingma and Ba 2015, algorithm 1).
   *
   * @param losses computes the loss that is minimised, `total`, and whatever else is to be reported; it runs inside a tidy. A list is the
   * batch in parts: their losses and gradients are added up, and only one part's activations are in memory at a time
   * @param trained whether a variable takes part; the others stay as they are
   */
  async step(losses: LossFunction | readonly LossFunction[], learningRate: number, trained: (name: string) => boolean = () => true): Promise<Losses> {
    this.#step++;
    const names: string[] = [];
    const [values] = await readTensors(() => {
      const chosen = [...this.variables].filter(([name]) => trained(name));
      const lost = new Map<string, tf.Tensor>(), gradients = new Map<string, tf.Tensor>();
      for (const part of typeof losses === "function" ? [losses] : losses) accumulate(part, chosen, lost, gradients);
      for (const [name, variable] of chosen) {
        const gradient = gradients.get(name);
        if (gradient) this.#update(name, variable, gradient, learningRate);
      }
      names.push(...lost.keys());
      const all = tf.stack([...lost.values()]);
      tf.dispose([...gradients.values(), ...lost.values()]);
      return [all];
    });
    return Object.fromEntries(names.map((name, i) => [name, values[i]]));
  }

  #update(name: string, variable: tf.Variable, gradient: tf.Tensor, learningRate: number): void {
    const { beta1, beta2, averaging } = this.#options;
    const { m, v } = this.#moments.get(name)!;
    m.assign(tf.add(m, tf.mul(tf.sub(gradient, m), 1 - beta1)));
    v.assign(tf.add(v, tf.mul(tf.sub(tf.square(gradient), v), 1 - beta2)));
    const rate = (learningRate * Math.sqrt(1 - beta2 ** this.#step)) / (1 - beta1 ** this.#step);
    variable.assign(tf.sub(variable, tf.mul(tf.div(m, tf.add(tf.sqrt(v), 1e-8)), rate)));
    // Early averages follow faster, so that they do not remember the initialisation.
    const average = this.#average.get(name)!;
    const follow = 1 - Math.min(averaging, (1 + this.#step) / (10 + this.#step));
    average.assign(tf.add(average, tf.mul(tf.sub(variable, average), follow)));
  }

  /** The averaged weights, as they are shipped. */
  averaged(): Promise<Weights> {
    return read(this.#average);
  }

  /** Everything to go on from: `weights`, `average`, and Adam's `m` and `v`. */
  async save(): Promise<{ steps: number; state: Record<string, Weights> }> {
    const moments = (part: "m" | "v") => read(new Map([...this.#moments].map(([name, pair]) => [name, pair[part]])));
    const state = { weights: await read(this.variables), average: await read(this.#average), m: await moments("m"), v: await moments("v") };
    return { steps: this.#step, state };
  }

  /** Goes on from what {@link save} gave. Weights the state does not know keep their start. */
  restore({ steps, state }: { steps: number; state: Record<string, Weights> }): void {
    this.#step = steps;
    const write = (weights: Weights | undefined, target: (name: string) => tf.Variable | undefined) => {
      for (const [name, { data, shape }] of weights ?? []) {
        const variable = target(name);
        if (variable && variable.shape.join() === shape.join()) tf.tidy(() => variable.assign(tf.tensor(data, [...shape])));
      }
    };
    write(state.weights, (name) => this.variables.get(name));
    write(state.average ?? state.weights, (name) => this.#average.get(name));
    write(state.m, (name) => this.#moments.get(name)?.m);
    write(state.v, (name) => this.#moments.get(name)?.v);
  }

  /** Disposes every variable. */
  close(): void {
    for (const variable of [...this.variables.values(), ...this.#average.values()]) variable.dispose();
    for (const { m, v } of this.#moments.values()) {
      m.dispose();
      v.dispose();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Adds the losses of a part of the batch to `lost`, and their gradients to `gradients`; whoever gave these disposes what is in them. */
function accumulate(
  losses: LossFunction, chosen: readonly (readonly [string, tf.Variable])[], lost: Map<string, tf.Tensor>, gradients: Map<string, tf.Tensor>,
): void {
  tf.tidy(() => {
    const { grads } = tf.variableGrads(() => {
      const computed = losses();
      for (const [name, value] of Object.entries(computed)) add(lost, name, value);
      return computed.total;
    }, chosen.map(([, variable]) => variable));
    for (const [name, variable] of chosen) {
      const gradient = grads[variable.name] as tf.Tensor | null | undefined;
      if (gradient) add(gradients, name, gradient);
    }
  });
}

function add(sums: Map<string, tf.Tensor>, name: string, value: tf.Tensor): void {
  const before = sums.get(name);
  sums.set(name, tf.keep(before ? tf.add(before, value) : value.clone()));
  before?.dispose();
}

async function read(variables: ReadonlyMap<string, tf.Variable>): Promise<Weights> {
  const all = [...variables];
  const data = await readTensors(() => all.map(([, variable]) => variable.clone()));
  return new Map(all.map(([name, { shape }], i) => [name, { shape, data: data[i] }]));
}
