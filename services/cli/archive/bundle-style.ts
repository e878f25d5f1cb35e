/** Readable on a screen and on paper; only fonts every machine has. */
export const pageStyle = `
:root{--ink:#1f2933;--soft:#616e7c;--line:#d9e2ec;--paper:#fff;--wash:#f5f7fa;--brand:#9b1c1c}
*{box-sizing:border-box}body{margin:0 auto;max-width:1120px;padding:1.5rem 1.5rem 4rem;background:var(--paper);color:var(--ink);font:16px/1.55 "Segoe UI","Noto Sans","Liberation Sans",sans-serif}
header{border-top:6px solid var(--brand);padding-top:1rem}.over{margin:0;color:var(--brand);font-weight:600;letter-spacing:.02em}
h1{margin:.2rem 0 .4rem;font-size:1.9rem;line-height:1.25}h2{margin:2.2rem 0 .6rem;font-size:1.3rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}h3{margin:1.2rem 0 .4rem;font-size:1.05rem}
.proof{background:var(--wash);border:1px solid var(--line);border-radius:8px;padding:.2rem 1.2rem 1rem;margin-top:1.4rem}.proof h2{border:0;margin-top:1rem}
pre,code{font-family:"Cascadia Mono","DejaVu Sans Mono","Liberation Mono",monospace;font-size:.86em}pre{background:#102a43;color:#f0f4f8;padding:.8rem 1rem;border-radius:6px;overflow-x:auto}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:.8rem 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.42rem .6rem;border-bottom:1px solid var(--line)}th{color:var(--soft);font-weight:600}tbody tr:hover{background:var(--wash)}
.badge{display:inline-block;padding:.08rem .6rem;border-radius:1rem;font-size:.88rem;font-weight:600;background:#e4e7eb}.present{background:#d3f9d8;color:#1b5e20}.absent{background:#ffe3e3;color:#a61e1e}.excused{background:#dbe4ff;color:#364fc7}.review,.not-observable{background:#fff3bf;color:#7a5900}
.small,footer{color:var(--soft);font-size:.88rem}.mark ul{margin:.2rem 0 .6rem}.mark p{margin:.2rem 0}.correction{border-left:4px solid #364fc7;padding-left:.8rem}.warn{border-left:4px solid #e03131;padding-left:.8rem}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(330px,1fr));gap:1rem}figure{margin:0}img{width:100%;border-radius:6px;border:1px solid var(--line);display:block}figcaption{color:var(--soft);font-size:.84rem;margin-top:.25rem}figcaption span{border:1px solid var(--line);border-radius:4px;padding:0 .35rem}
.round{break-inside:avoid}footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.8rem}@media print{body{max-width:none;padding:0}pre{background:#fff;color:#000;border:1px solid #000}}
`;
