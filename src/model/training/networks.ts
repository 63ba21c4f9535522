import { parseOptions } from "../../parse-options.js";
import { TfjsOps } from "../engines/tfjs/tfjs-ops.js";
import type { NetworkConfig } from "../network/config.js";
import { DiscriminatorConfig, discriminatorParameters } from "../network/discriminator.js";
import { freshWeights, type Weights } from "../network/initialize.js";
import type { PerceptualNetworks } from "../perceptual/feature-network.js";
import type { TrainerState } from "./checkpoint.js";
import type { Critics } from "./critics.js";
import { Trainer } from "./trainer.js";

/** pix2pixHD's β₁: with Adam's usual 0.9 the two sides run after each other's past. */
const DISCRIMINATOR_BETA1 = 0.5;
/** Names the discriminators' parts of a checkpoint. */
const PREFIX = "discriminator.";

/** What a stage is trained with. */
export interface NetworksOptions {
  readonly config: NetworkConfig;
  readonly weights: Weights;
  /** Frozen; they stay their opener's. */
  readonly perceptual?: PerceptualNetworks;
  /** Given: discriminators are trained along. */
  readonly discriminator?: Partial<DiscriminatorConfig>;
  readonly seed: number;
}

/** The generator and whatever judges it, with what each is trained by. Whoever makes them closes them. */
export class TrainingNetworks implements Disposable {
  readonly config: NetworkConfig;
  readonly generator: Trainer;
  readonly ops: TfjsOps;
  readonly critics: Critics;
  readonly discriminator?: Trainer;

  constructor({ config, weights, perceptual, discriminator, seed }: NetworksOptions) {
    this.config = config;
    this.generator = new Trainer(weights);
    this.ops = new TfjsOps((name) => this.generator.variables.get(name)!);
    if (!discriminator) {
      this.critics = { perceptual };
      return;
    }
    const parsed = parseOptions(DiscriminatorConfig, discriminator);
    const trainer = new Trainer(freshWeights(discriminatorParameters(parsed), seed), { beta1: DISCRIMINATOR_BETA1 });
    this.discriminator = trainer;
    this.critics = { perceptual, discriminators: { config: parsed, ops: new TfjsOps((name) => trainer.variables.get(name)!) } };
  }

  /** Steps done so far. */
  get steps(): number {
    return this.generator.steps;
  }

  /** Everything to go on from: the generator's parts by their names, the discriminators' as `discriminator.weights`, … */
  async save(): Promise<TrainerState> {
    const { steps, state } = await this.generator.save();
    const theirs = Object.entries((await this.discriminator?.save())?.state ?? {}).map(([part, weights]) => [PREFIX + part, weights]);
    return { steps, state: { ...state, ...Object.fromEntries(theirs) as Record<string, Weights> } };
  }

  /** Goes on from what {@link save} gave; discriminators start afresh when it has none. */
  restore({ steps, state }: TrainerState): void {
    this.generator.restore({ steps, state });
    const theirs = Object.entries(state).flatMap(([part, weights]) => (part.startsWith(PREFIX) ? [[part.slice(PREFIX.length), weights]] : []));
    if (theirs.length > 0) this.discriminator?.restore({ steps, state: Object.fromEntries(theirs) as Record<string, Weights> });
  }

  /** Disposes every variable. */
  close(): void {
    this.ops.close();
    this.critics.discriminators?.ops.close();
    this.generator.close();
    this.discriminator?.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
