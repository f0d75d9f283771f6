// Index articles (lines of JSON) with MiniSearch: node minisearch.mjs PACKAGES ARTICLES INDEX, where PACKAGES/node_modules has it
import { createReadStream, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const [packages, articles, index] = process.argv.slice(2);
const MiniSearch = createRequire(join(resolve(packages), "package.json"))("minisearch");
const made = new MiniSearch({
  idField: "address", fields: ["title", "body"], storeFields: ["title", "date", "source", "excerpt"],
});
for await (const line of createInterface({ input: createReadStream(articles) })) made.add(JSON.parse(line));
writeFileSync(index, JSON.stringify(made));
