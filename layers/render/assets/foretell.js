/* The filter that the application will answer with: the map need not wait until it has. What this says and what
 * `changed_view` of the panel's server side makes of the same wishes are one. */

/** The fields whose chosen values are wished under their own names. */
export const LISTED = new Set(["status", "city", "serves", "category", "membership", "document", "lead_unit", "method"]);
// What only the application can work out: the terms of a search, the view of a reset or of an address.
const UNKNOWN = ["text", "reset", "open"];

/** Whether what such wishes make of a filter can be worked out here. */
export const isForetold = (wishes) => !UNKNOWN.some((field) => Object.hasOwn(wishes, field));

const isYears = ({ field }) => field === "years";
const isSearch = ({ field }) => field === "search";
const asking = (rows, field, values, op = "in") => [
  ...rows.filter((row) => row.field !== field || row.op !== op), ...(values.length ? [{ field, op, values }] : []),
];

/** @returns {object[]} the conditions under a wish; those that it does not name stay */
function conditioned(rows, [field, value]) {
  if (LISTED.has(field)) return asking(rows, field, value);
  if (field === "accuracy_m") return asking(rows, field, value === null ? [] : [value], "at_most");
  if (field === "past_window") return asking(rows, field, value ? [true] : []);
  if (field === "drop") return rows.filter((row) => !value.some(([name, op]) => row.field === name && row.op === op));
  return rows;
}

function windowed([row], { years = row?.values ?? null, undated = row?.undated ?? true }) {
  return years ? [{ field: "years", op: "overlaps", values: years, undated }] : [];
}

/**
 * @param {object} filter what the application said last
 * @param {object} wishes what the reader has asked for since, by field as the panel says it
 * @param {string[]} layers all there are, in their order
 * @returns {object} the same filter where nothing was asked for, or where what was cannot be worked out here
 */
export function foretold(filter, wishes, layers) {
  const asked = Object.entries(wishes);
  if (!asked.length || !isForetold(wishes)) return filter;
  const { rows } = filter, own = rows.filter((row) => !isYears(row) && !isSearch(row));
  return {
    ...filter,
    layers: wishes.layers ? layers.filter((id) => wishes.layers.includes(id)) : filter.layers,
    outside: wishes.outside ?? filter.outside,
    rows: [...asked.reduce(conditioned, own), ...windowed(rows.filter(isYears), wishes), ...rows.filter(isSearch)],
  };
}
