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

/** A list of stages. Each one takes the form that the stage before it returns. */
export class Stages<In, Out, Dependencies> {
  readonly run: (delivery: In, dependencies: Dependencies) => Promise<Out | Stop>;

  private constructor(run: (delivery: In, dependencies: Dependencies) => Promise<Out | Stop>) {
    this.run = run;
  }

  /** An empty list. */
  static of<In, Dependencies>(): Stages<In, In, Dependencies> {
    return new Stages((delivery) => Promise.resolve(delivery));
  }

  /** The list with one more stage. */
  add<Next>(stage: Stage<Out, Next, Dependencies>): Stages<In, Next, Dependencies> {
    return new Stages(async (delivery, dependencies) => {
      const result = await this.run(delivery, dependencies);
      return isStop(result) ? result : stage(result, dependencies);
    });
  }
}

const isStop = (result: unknown): result is Stop => result instanceof Rejection || result instanceof NewerConfig;
