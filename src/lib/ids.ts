import { uuidv7 } from "uuidv7";

/** A new UUIDv7 (RFC 9562 §5.7), for every row that we make but integrations. */
export const newId = (): string => uuidv7();

/** A new UUIDv4, for integrations: it stands in a URL and must tell nothing, not even its age. */
export const newIntegrationId = (): string => crypto.randomUUID();

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Whether the text is a UUID of RFC 9562 in its canonical form. */
export const isUuid = (text: string): boolean => UUID.test(text);
