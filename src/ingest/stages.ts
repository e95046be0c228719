import { Rejection } from "./rejection.ts";
import type { IntegrationConfig } from "../objects/integration/rpc.ts";

/** The integration's object knows a newer config than the one that the stages used. */
export class NewerConfig {
  readonly config: IntegrationConfig;
  constructor(config: IntegrationConfig) {
    this.config = config;
  }
}

/** A result that ends the pipeline early. */
export type Stop = Rejection | NewerConfig;

/** One step: takes a form of a delivery and returns the next form, or stops. */
export type Stage<In, Out, Dependencies> = (
  delivery: In,
  dependencies: Dependencies,
) => Out | Stop | Promise<Out | Stop>;

type AnyStage<Dependencies> = Stage<never, unknown, Dependencies>;

/** A list of stages. Each one takes the form that the stage before it returns. */
export class Stages<In, Out, Dependencies> {
  readonly #stages: readonly AnyStage<Dependencies>[];

  private constructor(stages: readonly AnyStage<Dependencies>[]) {
    this.#stages = stages;
  }

  /** An empty list. */
  static of<In, Dependencies>(): Stages<In, In, Dependencies> {
    return new Stages([]);
  }

  /** The list with one more stage. */
  add<Next>(stage: Stage<Out, Next, Dependencies>): Stages<In, Next, Dependencies> {
    return new Stages([...this.#stages, stage as AnyStage<Dependencies>]);
  }

  /** Runs the stages in their order, until one of them stops. */
  async run(delivery: In, dependencies: Dependencies): Promise<Out | Stop> {
    let form: unknown = delivery;
    for (const stage of this.#stages) {
      const result = stage(form as never, dependencies);
      form = result instanceof Promise ? await result : result;
      if (isStop(form)) return form;
    }
    return form as Out;
  }
}

const isStop = (result: unknown): result is Stop => result instanceof Rejection || result instanceof NewerConfig;
