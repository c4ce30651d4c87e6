// The library, fetched when the first chart is about to be seen.

let library = null;

const assets = () => document.getElementById("plotly.js-style-global");

function load(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = resolve;
    script.onerror = () => {
      script.remove();
      reject(new Error(`${src} did not load.`));
    };
    document.head.append(script);
  });
}

async function fetched() {
  const { script, locale } = assets().dataset;
  await load(script);
  if (locale) {
    await load(locale);
  }
  return window.Plotly;
}

export function plotly() {
  library ??= fetched().catch((error) => {
    library = null; // who asks next tries again
    throw error;
  });
  return library;
}
