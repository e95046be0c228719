/** Draws the API reference of /docs from the OpenAPI document. */

const dark = matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followScheme);
followScheme();

(globalThis as unknown as { SwaggerUIBundle(options: object): void }).SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  // Otherwise Swagger UI loads a badge from validator.swagger.io.
  validatorUrl: null,
});
