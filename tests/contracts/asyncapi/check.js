// What AsyncAPI's reference parser has to say about documents: standard input is a JSON list of documents, standard output a JSON list of their
// complaints. The parser's own bundle expects a browser's `self`.
globalThis.self = globalThis;
const Parser = require("./parser.js");

async function complaints(document) {
  const { document: parsed, diagnostics } = await new Parser().parse(JSON.stringify(document));
  const told = diagnostics.map((one) => `${one.path.join(".")}: ${one.message}`);
  return parsed || told.length ? told : ["no document came out, and nothing says why"];
}

const documents = JSON.parse(require("fs").readFileSync(0, "utf8"));
Promise.all(documents.map(complaints)).then((all) => console.log(JSON.stringify(all)));
