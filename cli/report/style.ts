// The page's looks. Colours have a contrast of 4.5 : 1 and more on what they stand on, in light and in dark.
import { Html } from "./html";

const light = `--page:#fff;--card:#f6f8fa;--text:#1f2328;--quiet:#57606a;--line:#d0d7de;--grid:#e6eaef;--link:#0550ae;
--ok:#116329;--warning:#7d4e00;--failed:#a40e26;--unknown:#6639ba;
--azure-native:#ddf4ff;--kubernetes:#e4e9ff;--calico:#ffe9d1;--other:#eef0f2;--bar:#6e7781;--chain:#bc4c00`;
const dark = `--page:#0d1117;--card:#161b22;--text:#e6edf3;--quiet:#9da7b3;--line:#444c56;--grid:#21272f;--link:#79c0ff;
--ok:#56d364;--warning:#e3b341;--failed:#ff8e85;--unknown:#d2a8ff;
--azure-native:#0c2d4d;--kubernetes:#23265a;--calico:#4a2a0a;--other:#262c34;--bar:#6e7681;--chain:#f0883e`;

export const style = new Html(`
:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
html{scroll-padding-top:3rem}
body{margin:0 auto;max-width:72rem;padding:1rem;background:var(--page);color:var(--text);
  font:1rem/1.5 system-ui,"Segoe UI",Roboto,"Liberation Sans",sans-serif;overflow-wrap:anywhere}
h1{margin:0;font-size:1.6rem;line-height:1.2}
h2{margin:2.5rem 0 .5rem;font-size:1.25rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}
h3{margin:1rem 0 0;font-size:1rem}
p{margin:.4rem 0}
a{color:var(--link)}
small,.quiet,footer{font-size:.85rem}
small,.quiet{color:var(--quiet)}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:.5rem}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
main:focus{outline:none}
.skip{position:absolute;left:-99rem}
.skip:focus{position:static}
pre{margin:.4rem 0;padding:.6rem .8rem;background:var(--card);border-radius:.4rem;white-space:pre-wrap}
nav{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.6rem;margin-top:.8rem}
.tile{display:block;padding:.6rem .8rem;border:1px solid var(--line);border-left-width:.35rem;border-radius:.4rem;
  background:var(--card);color:inherit;text-decoration:none}
.tile span,.tile b,.tile small{display:block}
.tile b{font-size:1.25rem;line-height:1.3}
.tile span{font-size:.85rem}
.tile:hover b{text-decoration:underline}
.tile.ok{border-left-color:var(--ok)}.tile.ok b{color:var(--ok)}
.tile.warning{border-left-color:var(--warning)}.tile.warning b{color:var(--warning)}
.tile.failed{border-left-color:var(--failed)}.tile.failed b{color:var(--failed)}
.badge{display:inline-block;padding:0 .5rem;border:1px solid;border-radius:1rem;font-size:.8rem;font-weight:600;
  white-space:nowrap;color:var(--quiet)}
.badge.ok{color:var(--ok)}.badge.warning{color:var(--warning)}
.badge.failed{color:var(--failed)}.badge.unknown{color:var(--unknown)}
.rows{width:100%;border-collapse:collapse;font-size:.95rem}
.rows th,.rows td{padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--grid);text-align:left;vertical-align:top}
.rows tbody th{font-weight:600}
.rows thead th{color:var(--quiet);font-size:.85rem}
.rows td:first-child{width:6rem}
.rows tbody th{width:15rem}
.advice{color:var(--quiet)}
.text{white-space:pre-line}
.said{border-left:.25rem solid var(--warning);padding-left:.6rem;font-size:.9rem}
.said.error{border-color:var(--failed)}
.columns{columns:14rem;font-size:.85rem}
summary{cursor:pointer;padding:.3rem 0;font-weight:600}
.kind{display:inline-block;padding:0 .4rem;border:1px solid var(--line);border-radius:.3rem;color:var(--text);
  background:var(--other)}
.kind.azure-native{background:var(--azure-native)}.kind.kubernetes{background:var(--kubernetes)}
.kind.calico{background:var(--calico)}
.kind.chain{background:none;border:2px solid var(--chain)}
.scroll{overflow:auto;max-height:85vh;border:1px solid var(--line);border-radius:.4rem;padding:.4rem}
.beside{display:grid;grid-template-columns:minmax(0,1fr);gap:.8rem}
svg{display:block;margin:0 auto}
svg text{fill:var(--text);font-family:Arial,"Liberation Sans",Helvetica,sans-serif}
svg .node path{stroke:var(--line);fill:var(--other)}
svg .azure-native path{fill:var(--azure-native)}
svg .kubernetes path{fill:var(--kubernetes)}
svg .calico path{fill:var(--calico)}
svg .outside path{fill:none;stroke-dasharray:4 3}
svg .component polygon{fill:none;stroke:var(--line)}
svg .component text{fill:var(--quiet)}
svg .edge path{stroke:var(--quiet)}
svg .edge polygon{stroke:var(--quiet);fill:var(--quiet)}
svg .node.chain path,svg .edge.chain path{stroke:var(--chain);stroke-width:2}
svg .edge.chain polygon{stroke:var(--chain);fill:var(--chain)}
svg .node.failed path{stroke:var(--failed);stroke-width:3}
svg .node.unfinished path{stroke:var(--warning);stroke-width:3;stroke-dasharray:5 3}
.timeline{list-style:none;margin:0;padding:0}
.timeline li,.axis{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:0 .6rem;padding:.3rem 0}
.timeline li{border-bottom:1px solid var(--grid)}
.timeline li:target{background:var(--card);box-shadow:-.3rem 0 var(--link)}
.name{font-weight:600}
.name small{font-weight:400}
.time{font-size:.9rem;text-align:right}
.track{grid-column:1/-1;position:relative;height:.7rem;margin:.2rem 0;
  background:repeating-linear-gradient(90deg,var(--line) 0 1px,var(--grid) 1px var(--tick,100%))}
.bar{position:absolute;top:0;bottom:0;left:min(var(--at),100% - 3px);min-width:3px;max-width:100%;background:var(--bar);border-radius:2px}
.chain .bar{background:var(--chain)}
.failed .bar{background:var(--failed)}
.unfinished .bar{background:repeating-linear-gradient(135deg,var(--warning) 0 4px,var(--card) 4px 8px)}
.axis{position:sticky;top:0;background:var(--page);z-index:1}
.axis .track{background:none;height:1.2rem}
.axis .track span{position:absolute;font-size:.8rem;color:var(--quiet);white-space:nowrap}
.after{grid-column:1/-1;font-size:.85rem}
.timeline .said{grid-column:1/-1}
@media (max-width:40rem){
  .rows thead{position:absolute;left:-99rem}
  .rows tr{display:block;padding:.4rem 0;border-bottom:1px solid var(--line)}
  .rows tbody th,.rows td,.rows td:first-child{display:block;width:auto;padding:.1rem 0;border:0}
  .time small{display:none}
  .beside .scroll:first-child{max-height:none}
  .words{max-height:60vh}
  .words td:not(:empty)::before{content:"needs ";color:var(--quiet)}
}
@media (min-width:64rem){
  .beside{grid-template-columns:auto minmax(18rem,1fr)}
  .beside .scroll{max-height:none}
  .axis,.timeline li{grid-template-columns:20rem minmax(0,1fr) 11rem;align-items:start}
  .track{grid-column:2;grid-row:1;margin:.4rem 0}
  .time{grid-column:3;grid-row:1}
  .after,.timeline .said{grid-column:1/-1}
}
@media print{.scroll{overflow:visible;max-height:none}}
`);
