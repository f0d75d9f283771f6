"""A query over an index to its answer: which articles, in which order, with what beside them.

The client does the same in JavaScript, by the same numbers; a test compares the two.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from pressroom.search import shown, spelling
from pressroom.search.analysis import fold, is_wide, pairs, words
from pressroom.search.query import Clause, Filter, Query, dates, parse
from pressroom.search.reader import Entry, Index, Segment
from pressroom.search.segment import IN_TITLE, RUN, SCALE

KIN, BEGUN = 0.3, 0.3
"""What other forms of a word count, and words that begin with what is typed."""
BEGINNINGS = 30
"""Words that are taken for what is being typed, the most frequent."""
FRESH = 0.02
"""The newest article counts this much more than the oldest."""
NEAR, CLOSE = 8, 0.3
"""Two words within so many places of each other count up to this much more: right beside each other all of it."""

Column = dict[int, float]
"""Documents by number, with what they score."""


@dataclass(slots=True)
class Answer:
    """What was found."""

    index: Index
    numbers: list[int]
    """The articles, in order."""
    has_all: bool = True
    """False: none has all that was asked for, these have most of it."""
    suggestion: str | None = None
    """The query with its spelling mended."""
    is_corrected: bool = False
    """Nothing was found as typed: this is what the suggestion finds."""
    words: list[str] = field(default_factory=list)
    """Folded forms that were found, for marking; `word*` is a beginning."""
    problem: str = ""


def find(
    index: Index,
    text: str,
    *,
    filters: Mapping[str, Iterable[str]] | None = None,
    sort: str = "relevance",
    first: str = "",
    last: str = "",
) -> Answer:
    """Return what a query finds; `filters` are values of facets, any of one facet, all facets.

    `sort` is `relevance`, `newest` or `oldest`; `first` and `last` are years, months or days, both included.
    """
    query = parse(text)
    evaluation = _Evaluation(index, query)
    span = (dates(first) or ("", ""))[0], (dates(last) or ("", ""))[1]
    allowed = _allowed(index, query, filters or {}, *span)
    columns = [evaluation.group(group) for group in query.groups]
    mended: list[tuple[Clause, str]] = []
    if columns:
        scores, has_all = evaluation.joined(columns, allowed)
        if not has_all:
            mended = evaluation.mend(columns, allowed)
            if mended:
                meant = dict(mended)
                replaced = tuple(
                    tuple(replace_words(clause, meant.get(clause)) for clause in group) for group in query.groups
                )
                evaluation = _Evaluation(index, replace(query, groups=replaced))
                scores, has_all = evaluation.joined([evaluation.group(group) for group in replaced], allowed)
        if has_all:
            evaluation.near(scores)
    else:
        asked = bool(query.filters or query.first or query.last or allowed is not None or query.without)
        every = (number for number in range(sum(part.documents for part in index.segments)) if asked)
        scores, has_all = {n: 0.0 for n in every if n not in index.gone and (allowed is None or n in allowed)}, True
    for clause in query.without:
        for number in evaluation.exactly(clause):
            scores.pop(number, None)
    answer = Answer(index, _ordered(index, scores, sort), has_all, words=evaluation.found, problem=query.problem)
    if mended:
        answer.suggestion, answer.is_corrected = _rewritten(text, mended), True
    return answer


def replace_words(clause: Clause, meant: str | None) -> Clause:
    """Return a clause with the word that was meant."""
    return clause._replace(words=(meant,), is_open=False) if meant else clause


def _rewritten(text: str, mended: list[tuple[Clause, str]]) -> str:
    for clause, meant in mended:
        text = text.replace(clause.text, meant, 1)
    return text


def _ordered(index: Index, scores: Column, sort: str) -> list[int]:
    if sort != "relevance" or not any(scores.values()):
        return sorted(scores, key=index.rank, reverse=sort != "oldest")
    share = FRESH / max(index.articles - 1, 1)
    final = {number: score * (1 + share * index.rank(number)) for number, score in scores.items()}
    return sorted(final, key=lambda number: (-final[number], -index.rank(number)))


class _Evaluation:
    """Finds the documents of a query's parts."""

    def __init__(self, index: Index, query: Query) -> None:
        self.index, self.query = index, query
        self.found: list[str] = []
        clauses = [clause for group in query.groups for clause in group]
        scored = [word for clause in clauses for word in clause.words if word not in index.dense]
        self.scores_dense = not scored
        """Only where a query has nothing else do dense words count for more than being there."""

    def group(self, group: tuple[Clause, ...]) -> Column:
        """Return the documents that have any of the clauses."""
        column: Column = {}
        for clause in group:
            for number, score in self.clause(clause).items():
                column[number] = max(column.get(number, 0.0), score)
        return column

    def clause(self, clause: Clause) -> Column:
        """Return the documents that have a word or a phrase."""
        if len(clause.words) > 1 or (clause.is_phrase and not is_wide(clause.words[0])):
            self._mark(clause.words)
            return self._phrase(clause.words)
        word = clause.words[0]
        if is_wide(word) and len(word) > 1:
            self._mark([word])
            return self._phrase((word,)) or self._all([*pairs(word)])
        return self._word(word, is_open=clause.is_open or is_wide(word))

    def exactly(self, clause: Clause) -> Iterable[int]:
        """Return the documents that have a word in this form, or a phrase."""
        if len(clause.words) > 1 or is_wide(clause.words[0]):
            return self._phrase(clause.words)
        found = ((part, part.find(clause.words[0])) for part in self.index.segments)
        return [number for part, hit in found if hit for number in part.numbers(*hit)]

    def _mark(self, forms: Iterable[str]) -> None:
        self.found += [form for form in forms if form not in self.found]

    def _word(self, word: str, *, is_open: bool) -> Column:
        column: Column = {}
        hits = [(part, part.find(word)) for part in self.index.segments]
        stems = {hit[1].stem for _, hit in hits if hit} - {""}
        for part, hit in hits:
            forms = [(*hit, 1.0)] if hit else []
            forms += [(number, entry, KIN) for number, entry in part.kin(word, stems)]
            self._mark(entry.form for _, entry, _ in forms)
            if is_open and (len(word) > 1 or is_wide(word)):
                known = {entry.form for _, entry, _ in forms}
                begun = [pair for pair in part.beginning(word, BEGINNINGS) if pair[1].form not in known]
                forms += [(number, entry, 1.0 if is_wide(word) else BEGUN) for number, entry in begun]
                if begun:
                    self._mark([f"{word}*"])
            for number, entry, weight in forms:
                self._take(column, part, number, entry, weight)
        return self._rare(column)

    def _take(self, column: Column, part: Segment, number: int, entry: Entry, weight: float) -> None:
        """Take a form's documents into a column, with the part of their scores that the form gives."""
        gone = self.index.gone
        documents = part.numbers(number, entry)
        if entry.form in self.index.dense and not self.scores_dense:
            column.update((document, 0.0) for document in documents if document not in column and document not in gone)
            return
        for document, impact in zip(documents, part.impacts(number, entry), strict=True):
            score = weight * (impact & (IN_TITLE - 1)) / SCALE
            if document not in gone and score > column.get(document, -1.0):
                column[document] = score

    def _rare(self, column: Column) -> Column:
        """Weigh a column by how few documents are in it (BM25's inverse document frequency)."""
        few = math.log(1 + (self.index.articles - len(column) + 0.5) / (len(column) + 0.5))
        return {document: score * few for document, score in column.items()}

    def _all(self, forms: list[str]) -> Column:
        """Return the documents that have all forms, in any order."""
        columns = [self._word(form, is_open=False) for form in forms]
        return {
            document: sum(column[document] for column in columns)
            for document in columns[0]
            if all(document in column for column in columns)
        }

    # --- phrases ---

    def _phrase(self, phrase: tuple[str, ...]) -> Column:
        terms = [term for word in phrase for term in (pairs(word) if is_wide(word) else (word,))]
        if len(terms) == 1 and not is_wide(terms[0]):
            return self._exact(terms[0])
        found: set[int] = set()
        for part in self.index.segments:
            found |= self._phrase_in(part, terms)
        found -= self.index.gone
        scored = [
            self._exact(term) for term in dict.fromkeys(terms) if self.scores_dense or term not in self.index.dense
        ]
        return {document: sum(column.get(document, 0.0) for column in scored) for document in found}

    def _exact(self, term: str) -> Column:
        """Return the documents that have a term in this form."""
        column: Column = {}
        for part in self.index.segments:
            if hit := part.find(term):
                self._take(column, part, *hit, 1.0)
        return self._rare(column)

    def _phrase_in(self, part: Segment, terms: list[str]) -> set[int]:
        """Return the documents of a segment that have terms in a row."""
        hits = []
        for offset, term in anchors(terms, self.index.dense):
            hit = part.find(term)
            if not hit:
                return set()
            hits.append((offset, *hit))
        if len(hits) == 1 and hits[0][2].form in self.index.dense:
            return set(part.numbers(*hits[0][1:]))
        hits.sort(key=lambda hit: hit[2].total)
        documents = set.intersection(*(set(part.numbers(number, entry)) for _, number, entry in hits))
        starts: dict[int, set[int]] = {}
        for nth, (offset, number, entry) in enumerate(hits):
            if not documents:
                break
            left, right = beside(terms, offset, self.index.dense) if " " not in entry.form else (b"", b"")
            found: dict[int, set[int]] = {}
            for document, places in part.places(number, entry, documents).items():
                fitting = {
                    place - offset
                    for place, before, after in zip(*places, strict=True)
                    if before.endswith(left) and after.startswith(right)
                }
                fitting = fitting if nth == 0 else fitting & starts[document]
                if fitting:
                    found[document] = fitting
            starts, documents = found, set(found)
        return documents

    # --- all together ---

    def joined(self, columns: list[Column], allowed: set[int] | None) -> tuple[Column, bool]:
        """Return the documents that have all, or where none has, those that have most; and whether they have all."""
        hits: Counter[int] = Counter()
        for column in columns:
            hits.update(column.keys() if allowed is None else column.keys() & allowed)
        most = max(hits.values(), default=0)
        scores = {
            document: sum(column.get(document, 0.0) for column in columns)
            for document, count in hits.items()
            if count == most
        }
        return scores, most == len(columns)

    def near(self, scores: Column) -> None:
        """Let two words that stand close together count for more."""
        singles = [group[0] for group in self.query.groups if len(group) == 1 and len(group[0].words) == 1]
        forms = [clause.words[0] for clause in singles if clause.words[0] not in self.index.dense]
        if len(forms) != 2 or len(self.query.groups) != len(singles) or any(map(is_wide, forms)):
            return
        for part in self.index.segments:
            hits = [part.find(form) for form in forms]
            if hits[0] and hits[1]:
                wanted = {number for number in part.numbers(*hits[0]) if number in scores}
                one, other = (part.places(*hit, wanted) for hit in hits if hit)
                for number in one.keys() & other.keys():
                    gap = min(abs(b - a) for a in one[number].places for b in other[number].places)
                    if gap <= NEAR:
                        scores[number] *= 1 + CLOSE / max(gap, 1)

    def mend(self, columns: list[Column], allowed: set[int] | None) -> list[tuple[Clause, str]]:
        """Return which words to replace by which, so that articles have all; nothing where that finds none."""
        groups = self.query.groups
        single = [at for at, group in enumerate(groups) if len(group) == 1 and not group[0].is_phrase]
        missing = [at for at in single if not columns[at]]
        if missing and len(missing) == sum(1 for column in columns if not column):
            doubtful = [missing]
        elif any(not column for column in columns):
            return []
        else:
            doubtful = [[at] for at in sorted(single, key=lambda at: len(columns[at]))[:2]]
        for places in doubtful:
            tried, chosen = list(columns), []
            for at in places:
                clause = groups[at][0]
                others = [other for nth, other in enumerate(tried) if nth != at and other]
                for word in spelling.proposals(clause.words[0], self.index.segments):
                    column = self._word(word, is_open=False)
                    if self.joined([column, *others], allowed)[1]:
                        tried[at] = column
                        chosen.append((clause, word))
                        break
            if len(chosen) == len(places):
                return chosen
        return []


def anchors(terms: list[str], dense: Mapping[str, int]) -> list[tuple[int, str]]:
    """Return the forms whose places tell a phrase, with their offsets: those that are not dense, which know the dense ones
    beside them, and pairs of dense ones for the rest.

    >>> anchors(["of", "a", "definitive", "merger"], {"of": 1, "a": 2})
    [(2, 'definitive'), (3, 'merger')]
    >>> anchors(["to", "be", "or"], {"to": 1, "be": 2, "or": 3})
    [(0, 'to be'), (1, 'be or')]
    """
    found = [(at, term) for at, term in enumerate(terms) if term not in dense]
    known = {at for at, _ in found}
    for at, _ in found:
        for side in (-1, 1):
            for step in range(1, RUN + 1):
                beside = at + side * step
                if not 0 <= beside < len(terms) or terms[beside] not in dense:
                    break
                known.add(beside)
    for at, term in enumerate(terms):
        if at in known:
            continue
        if at + 1 < len(terms) and terms[at + 1] in dense:
            found.append((at, f"{term} {terms[at + 1]}"))
            known.add(at + 1)
        elif at and terms[at - 1] in dense:
            found.append((at - 1, f"{terms[at - 1]} {term}"))
        else:
            found.append((at, term))
    return found


def beside(terms: list[str], offset: int, dense: Mapping[str, int]) -> tuple[bytes, bytes]:
    """Return the dense forms that must stand before and after one of a phrase.

    >>> beside(["of", "a", "merger"], 2, {"of": 1, "a": 2})
    (b'\\x01\\x02', b'')
    """
    first = offset
    while first > max(0, offset - RUN) and terms[first - 1] in dense:
        first -= 1
    end = offset + 1
    while end < min(len(terms), offset + 1 + RUN) and terms[end] in dense:
        end += 1
    return bytes(dense[term] for term in terms[first:offset]), bytes(dense[term] for term in terms[offset + 1 : end])


# --- what is allowed ------------------------------------------------------------------------------------------------


def _allowed(
    index: Index, query: Query, filters: Mapping[str, Iterable[str]], first: str, last: str
) -> set[int] | None:
    """Return the documents that filters and dates leave, None where there are none."""
    found: set[int] | None = None
    first, last = max(first, query.first), min(last or "~", query.last or "~")
    if first or last != "~":
        found = _dated(index, lambda date: bool(date) and _end(date) >= first and date <= last)
    for name, chosen in filters.items():
        chosen = set(chosen)
        if not chosen:
            continue
        if name == "year":
            one = _dated(index, lambda date, chosen=chosen: date[:4] in chosen)  # type: ignore[misc]
        else:
            one = _valued(index, name, lambda value, chosen=chosen: value in chosen)  # type: ignore[misc]
        found = one if found is None else found & one
    for one_filter in query.filters:
        one = _filtered(index, one_filter)
        if one_filter.without:
            every = set(range(sum(part.documents for part in index.segments))) - index.gone
            one = every - one
        found = one if found is None else found & one
    return found


def _end(date: str) -> str:
    """Return the last day that a date may mean."""
    return date + "-12-31"[len(date) - 4 :] if len(date) < 10 else date


def _dated(index: Index, fits: Callable[[str], bool]) -> set[int]:
    return {
        part.start + at for part in index.segments for at, date in enumerate(part.dates()) if fits(date)
    } - index.gone


def _valued(index: Index, name: str, fits: Callable[[str], bool]) -> set[int]:
    found = set()
    for part in index.segments:
        values, rows = part.column(name)
        chosen = {at for at, value in enumerate(values) if fits(value)}
        found |= {part.start + at for at, row in enumerate(rows) if chosen.intersection(row)}
    return found - index.gone


def _filtered(index: Index, one: Filter) -> set[int]:
    """Return the documents whose field has the words of a filter."""
    if one.field == "title":
        return _titled(index, one.value)
    wanted = words(one.value)
    if one.field == "lang":
        return _valued(index, "lang", lambda value: fold(value).split("-")[0] == fold(one.value).split("-")[0])
    return _valued(index, one.field, lambda value: _within(wanted, words(value)))


def _within(wanted: list[str], found: list[str]) -> bool:
    return any(found[at : at + len(wanted)] == wanted for at in range(len(found) - len(wanted) + 1))


def _titled(index: Index, value: str) -> set[int]:
    found: set[int] | None = None
    for term in (term for word in words(value) for term in (pairs(word) if is_wide(word) else (word,))):
        one: set[int] = set()
        for part in index.segments:
            if hit := part.find(term):
                marked = zip(part.numbers(*hit), part.impacts(*hit), strict=True)
                one |= {number for number, impact in marked if impact & IN_TITLE}
        found = one if found is None else found & one
    return (found or set()) - index.gone


# --- beside the articles --------------------------------------------------------------------------------------------


class Beside:
    """What stands beside the results: facets and months."""

    def __init__(self, answer: Answer) -> None:
        self.index, self.numbers = answer.index, set(answer.numbers)

    def facet(self, name: str) -> list[tuple[str, int]]:
        """Return the values of a facet with their articles, the most frequent first; years the newest first."""
        counts: Counter[str] = Counter()
        if name == "year":
            counts.update(date[:4] for date in self._dates if date)
            return sorted(counts.items(), reverse=True)
        for part in self.index.segments:
            values, rows = part.column(name)
            for at, row in enumerate(rows, part.start):
                if at in self.numbers:
                    counts.update(values[number] for number in row)
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))

    @cached_property
    def _dates(self) -> list[str]:
        every = ((part.start + at, date) for part in self.index.segments for at, date in enumerate(part.dates()))
        return [date for at, date in every if at in self.numbers]


def records(answer: Answer, start: int, count: int) -> list[list[str]]:
    """Return some of the result records of an answer, as `shown.group` wrote them."""
    return [answer.index.part(number).record(number) for number in answer.numbers[start : start + count]]


FACETS = ("source", "year", *(name for name in shown.COLUMNS if name != "source"))
"""Facets in the order in which they are shown."""
