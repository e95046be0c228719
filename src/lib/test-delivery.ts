/** The mark of the test deliveries that Tocsin itself sends: they do not show that the source is connected. */
const MARK = "Tocsin test";

/** @param sampled the `user-agent` of the sample, which the provider may read */
export const testUserAgent = (sampled: string | undefined): string => (sampled ? `${sampled} ${MARK}` : MARK);

/** @param headers by lower-case name */
export const isTestDelivery = (headers: Readonly<Record<string, string>>): boolean =>
  headers["user-agent"]?.endsWith(MARK) ?? false;
