/** The style sheet of /docs. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --bg: #fff; --soft: #f6f7f9; --line: #e2e5ea; --text: #1b2028; --muted: #5b6472; --link: #1d4ed8;
  --get: #1d4ed8; --post: #15803d; --patch: #a14b05; --delete: #b91c1c; --mark: #fff4e5;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #14171c; --soft: #1c2027; --line: #2e343e; --text: #e2e6ec; --muted: #98a2b1; --link: #8ab4ff;
    --get: #8ab4ff; --post: #6fd08c; --patch: #f0b060; --delete: #ff8f87; --mark: #2a241a;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--bg); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
a { color: var(--link); text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
p, ul, dl, dd, h1, h2, h3, h4, pre { margin: 0; padding: 0; }
ul { list-style: none; }
code, pre { font-family: var(--mono); font-size: .867em; }
pre code { font-size: inherit; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 1rem; top: 1rem; background: var(--bg); padding: .25rem .5rem; z-index: 1; }
.type { color: var(--muted); font-size: .867em; font-weight: 400; }

nav { padding: 1rem 1rem 1.25rem; border-bottom: 1px solid var(--line); background: var(--soft); font-size: .867rem; }
nav a { color: inherit; text-decoration: none; }
nav a:hover, h3 a:hover { text-decoration: underline; }
nav ul { display: none; }
nav section { display: inline-block; margin: .5rem .25rem 0 0; }
nav .tag a { display: inline-block; padding: .3rem .65rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--bg); }
.brand { font-size: 1rem; font-weight: 650; }

main { padding: 1.25rem 1rem 4rem; min-width: 0; }
h1 { font-size: 1.6rem; line-height: 1.2; letter-spacing: -.01em; margin-bottom: .75rem; }
h2 { font-size: 1.3rem; line-height: 1.25; letter-spacing: -.01em; }
h3 { font-size: 1.05rem; line-height: 1.35; }
h4 { font-size: .867rem; margin: 1.25rem 0 .35rem; }
h3 a { color: inherit; text-decoration: none; }
.intro p { max-width: 46rem; margin-bottom: .75rem; }
.group { margin-top: 3rem; padding-top: 1.25rem; border-top: 2px solid var(--text); }
.group > p { color: var(--muted); max-width: 46rem; }
.index { margin-top: .75rem; }
.index a { display: flex; gap: .5rem; align-items: baseline; padding: .2rem 0; text-decoration: none; overflow-wrap: anywhere; }
article { margin-top: 1.75rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.group > .index + article { border-top: 0; padding-top: 0; }
article:target h3 { background: var(--mark); }
.route { display: flex; gap: .6rem; align-items: baseline; margin-top: .35rem; overflow-wrap: anywhere; }
.requireScope { margin-top: .25rem; color: var(--muted); font-size: .867rem; }
.requireScope code { color: var(--text); }
.requireScope code + code::before { content: ", "; color: var(--muted); }
.columns { display: grid; gap: 1.25rem; margin-top: .75rem; }
.columns > * { min-width: 0; }
.columns > div > p { max-width: 46rem; margin-bottom: .5rem; }
.columns > div > h4:first-child { margin-top: 0; }

.method { flex: none; font: 650 .733rem/1 var(--mono); letter-spacing: .02em; min-width: 2.6rem; color: var(--get); }
.method.post { color: var(--post); }
.method.patch, .method.put { color: var(--patch); }
.method.delete { color: var(--delete); }
.status { font: 650 .8rem var(--mono); color: var(--post); }
.status.bad { color: var(--delete); }

.field { padding: .45rem 0; border-top: 1px solid var(--line); }
dt { overflow-wrap: anywhere; }
dt .type { margin-left: .5rem; }
dt .name { font-weight: 600; }
.required, .optional { margin-left: .5rem; color: var(--patch); font-size: .8rem; white-space: nowrap; }
.optional, .answer .required { display: none; }
.answer .optional { display: inline; color: var(--muted); }
dd { overflow-wrap: anywhere; }
.fact { display: block; color: var(--muted); font-size: .867em; }
.fact code { display: inline-block; max-width: 100%; color: var(--text); margin-right: .35rem; }
details > dl, details > details { margin: .35rem 0 .35rem .3rem; padding-left: .8rem; border-left: 2px solid var(--line); }
details > dl > .field:first-child { border-top: 0; }
summary { cursor: pointer; width: fit-content; max-width: 100%; }
dd summary { color: var(--link); font-size: .867em; }
.answer { border-top: 1px solid var(--line); padding: .45rem 0; }
.columns > div > p.answer { margin: 0; max-width: none; }
.errors { border-top: 1px solid var(--line); padding-top: .45rem; font-size: .867rem; color: var(--muted); }
.errors li { padding: .1rem 0 .1rem 2.9rem; text-indent: -2.9rem; }
.errors .status { display: inline-block; min-width: 2.5rem; text-indent: 0; }

pre { overflow-x: auto; padding: .75rem .9rem; background: var(--soft); border: 1px solid var(--line); border-radius: 6px; line-height: 1.45; tab-size: 2; }
.samples summary { color: var(--muted); font-size: .867rem; margin: .6rem 0 .4rem; }

@media (min-width: 60rem) {
  body { display: grid; grid-template-columns: 20rem minmax(0, 1fr); }
  nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; border-bottom: 0; border-right: 1px solid var(--line); padding: 1.25rem 1rem 2rem; }
  nav section { display: block; margin: 1rem 0 0; }
  nav .tag a { padding: 0; border: 0; background: none; font-weight: 650; }
  nav ul { display: block; margin-top: .2rem; }
  nav li a { display: flex; gap: .35rem; align-items: baseline; padding: .16rem .35rem; margin: 0 -.35rem; border-radius: 4px; color: var(--muted); }
  nav li a:hover { background: var(--line); color: var(--text); text-decoration: none; }
  nav .path { font: .8rem var(--mono); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; direction: rtl; unicode-bidi: plaintext; }
  nav .method { min-width: 2.5rem; font-size: .667rem; }
  main { padding: 1.75rem 2.5rem 6rem; }
  .field { display: grid; grid-template-columns: minmax(11rem, 17rem) minmax(0, 1fr); gap: 0 1.25rem; }
  .field .field { grid-template-columns: minmax(9rem, 13rem) minmax(0, 1fr); }
  dt .type { display: block; margin-left: 0; }
  .field .field .field { display: block; }
  .field .field .field dt .type { display: inline; margin-left: .5rem; }
  .index { display: none; }
}
@media (min-width: 90rem) {
  main { max-width: 110rem; padding-inline: 3.5rem; }
  .columns { grid-template-columns: minmax(0, 1fr) minmax(0, 36rem); gap: 3rem; }
  .samples { position: sticky; top: 1rem; align-self: start; max-height: calc(100vh - 2rem); overflow-y: auto; }
}
@media print { nav, .samples { display: none; } body { display: block; } }
`;
