/**
 * What the Worker's bundle takes of `jose` (`[alias]` in wrangler.toml): signatures. Encrypted tokens better-auth has for a cache of
 * sessions in cookies, which Tocsin does not use: a session is looked up, so that it ends at once.
 */
export { jwtVerify } from "../../node_modules/jose/dist/webapi/jwt/verify.js";
export { SignJWT } from "../../node_modules/jose/dist/webapi/jwt/sign.js";
export { UnsecuredJWT } from "../../node_modules/jose/dist/webapi/jwt/unsecured.js";
export { calculateJwkThumbprint } from "../../node_modules/jose/dist/webapi/jwk/thumbprint.js";
export { createRemoteJWKSet } from "../../node_modules/jose/dist/webapi/jwks/remote.js";
export { createLocalJWKSet } from "../../node_modules/jose/dist/webapi/jwks/local.js";
export { importJWK, importPKCS8 } from "../../node_modules/jose/dist/webapi/key/import.js";
export { exportJWK } from "../../node_modules/jose/dist/webapi/key/export.js";
export { generateKeyPair } from "../../node_modules/jose/dist/webapi/key/generate_key_pair.js";
export { decodeProtectedHeader } from "../../node_modules/jose/dist/webapi/util/decode_protected_header.js";
export { decodeJwt } from "../../node_modules/jose/dist/webapi/util/decode_jwt.js";
export * as base64url from "../../node_modules/jose/dist/webapi/util/base64url.js";
export * as errors from "../../node_modules/jose/dist/webapi/util/errors.js";

export const EncryptJWT = function () {
  throw new Error("encrypted tokens are not part of this bundle");
};

export const jwtDecrypt = async () => {
  throw new Error("encrypted tokens are not part of this bundle");
};
