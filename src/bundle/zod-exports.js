/** zod/v4/classic/external.js, without `locales`, `core`, `fromJSONSchema`, `compile` and what only they need. */
export * from "../../node_modules/zod/v4/classic/schemas.js";
export * from "../../node_modules/zod/v4/classic/checks.js";
export * from "../../node_modules/zod/v4/classic/errors.js";
export * from "../../node_modules/zod/v4/classic/parse.js";
export { config, globalRegistry, NEVER, registry } from "../../node_modules/zod/v4/core/index.js";
export * as iso from "../../node_modules/zod/v4/classic/iso.js";
export * as coerce from "../../node_modules/zod/v4/classic/coerce.js";
