#!/usr/bin/env python3
"""False positives and false negatives of ways to decide between one and two clusters of SkyMask's masks.

usage: study.py RESULTS [OUT]

RESULTS is results/skymask-clusters, as `skymask run` leaves it; OUT, this folder by default, gets
  rates.csv   one row for each rule, model, attack, clients, byzantine and seed: means over the rounds
  tables.md   the same, over seeds, and over attacks
Rules whose name starts with `plane:` are computed here, on the planes that always-two-clusters saw; the others drove
their own training, and their rates are those of the tool. Needs NumPy.
"""

import collections
import csv
import json
import pathlib
import sys

import numpy as np

LEVEL = 0.05
DIRECTIONS = 60
REFERENCES = 999


# What the tool recorded


def name_of(component):
    return component if isinstance(component, str) else next(iter(component))


def cells(results):
    for record in sorted(pathlib.Path(results).glob("cells/*/*/result.json")):
        folder = record.parent
        p = json.loads((folder / "cell.json").read_text())["parameters"]
        clusters = {} if isinstance(p["aggregator"], str) else p["aggregator"]["skymask"]
        rule = "always-two-clusters" if p["quirks"] else clusters.get("clusters", "auto")
        attack = name_of(p["attack"])
        key = {
            "model": "cnn" if name_of(p["model"]) == "layers" else name_of(p["model"]), "attack": attack,
            "clients": p["clients"], "byzantine": 0 if attack == "none" else p["byzantine"], "seed": p["seed"],
        }
        yield rule, key, rounds(folder / "masks.csv", attack == "none")


def rounds(path, nobody):
    """For each round: the clients' and, last, the root's points; who is malicious; who was kept."""
    groups = collections.defaultdict(list)
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            groups[int(row["round"])].append(row)
    for number in sorted(groups):
        # A client whose update was not finite has no point.
        rows = [row for row in groups[number] if row["x"]]
        clients = [row for row in rows if row["root"] == "0"]
        points = np.array([[float(r["x"]), float(r["y"])] for r in clients + [r for r in rows if r["root"] == "1"]])
        malicious = np.array([row["malicious"] == "1" and not nobody for row in clients])
        yield points, malicious, np.array([row["kept"] == "1" for row in clients])


def rates(malicious, kept):
    return (~kept[~malicious]).mean(), kept[malicious].mean() if malicious.any() else np.nan


# Candidates. Each takes points and returns (statistic, for each point whether it is in the upper group).


def sphered(points):
    centred = points - points.mean(0)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    return centred @ vectors[:, ::-1] / np.sqrt(np.maximum(values[::-1], 1e-24 * values[1]))


def cuts(x, directions):
    """All cuts along the directions: places, order, share below, gap, sums of squares within along and in all."""
    n = len(x)
    places = directions @ x.T
    order = np.argsort(places, 1, kind="stable")
    sorted_places = np.take_along_axis(places, order, 1)
    below = np.arange(1, n)
    sums = np.cumsum(sorted_places, 1)[:, :-1]
    within = (places**2).sum(1, keepdims=True) - sums**2 * n / (below * (n - below))
    vectors = np.cumsum(x[order], 1)[:, :-1]
    between = (vectors**2).sum(2) * n / (below * (n - below))
    return order, below / n, np.diff(sorted_places, axis=1), np.maximum(within, 1e-12), between


def fan(count):
    turns = np.pi * np.arange(count) / count
    return np.c_[np.cos(turns), np.sin(turns)]


def best(score, order):
    row, column = divmod(int(np.argmax(score)), score.shape[1])
    upper = np.ones(score.shape[1] + 1, bool)
    upper[order[row, : column + 1]] = False
    return float(score[row, column]), upper


def margin(points):
    order, share, gap, within, _ = cuts(sphered(points), fan(DIRECTIONS))
    return best(gap * np.sqrt(share * (1 - share) * len(points) / within), order)


def margin_on_the_first_axis(points):
    order, share, gap, within, _ = cuts(sphered(points), np.array([[1.0, 0.0]]))
    return best(gap * np.sqrt(share * (1 - share) * len(points) / within), order)


def gap_only(points):
    """The margin without the weight of the shares."""
    order, _, gap, within, _ = cuts(sphered(points), fan(DIRECTIONS))
    return best(gap * np.sqrt(len(points) / within), order)


def scatter_ratio(points):
    """Friedman and Rubin's |T| / |W|: the likelihood ratio of two normal groups of one covariance against one."""
    order, _, gap, _, between = cuts(sphered(points), fan(DIRECTIONS))
    return best(np.where(gap > 0, 1 / np.maximum(1 - between, 1e-12), 0), order)


def silhouette(points):
    x = sphered(points)
    order, _, gap, _, between = cuts(x, fan(DIRECTIONS))
    _, upper = best(np.where(gap > 0, between, 0), order)
    distances = np.sqrt(((x[:, None] - x[None]) ** 2).sum(2))
    own = np.where(upper[:, None] == upper[None], distances, 0).sum(1) / np.maximum(
        (upper[:, None] == upper[None]).sum(1) - 1, 1)
    other = np.where(upper[:, None] != upper[None], distances, 0).sum(1) / (upper[:, None] != upper[None]).sum(1)
    return float(((other - own) / np.maximum(own, other)).mean()), upper


def dip_on_the_first_axis(points):
    order, _, gap, within, _ = cuts(sphered(points), np.array([[1.0, 0.0]]))
    _, upper = best(np.where(gap > 0, 1 / within, 0), order)
    return dip(points[:, 0]), upper


def dip(values):
    """Hartigan and Hartigan's dip (Annals of Statistics 1985)."""

    def minorant(heights, places):
        curve, touches = [heights[0]], [0]
        while len(heights) > 1:
            far = places[1:] - places[0]
            slopes = (heights[1:] - heights[0]) / far
            index = int(np.argmin(slopes)) + 1
            curve.extend(heights[0] + far[:index] * slopes[index - 1])
            touches.append(touches[-1] + index)
            heights, places = heights[index:], places[index:]
        return np.array(curve), np.array(touches)

    def majorant(heights, places):
        curve, touches = minorant(1 - heights[::-1], places.max() - places[::-1])
        return 1 - curve[::-1], len(heights) - 1 - touches[::-1]

    # Equal masks have places that differ by rounding.
    places, counts = np.unique(np.round(values / np.ptp(values), 9), return_counts=True)
    steps = counts / counts.sum()
    heights = np.cumsum(steps)
    largest = 0.0
    while True:
        lower, lower_touches = minorant(heights - steps, places)
        upper, upper_touches = majorant(heights, places)
        at_lower = np.abs(upper[lower_touches] - lower[lower_touches])
        at_upper = np.abs(upper[upper_touches] - lower[upper_touches])
        if at_upper.max() > at_lower.max():
            right = upper_touches[np.flatnonzero(at_upper == at_upper.max())[-1]]
            left = lower_touches[lower_touches <= right][-1]
        else:
            left = lower_touches[np.flatnonzero(at_lower == at_lower.max())[0]]
            right = upper_touches[upper_touches >= left][0]
        if max(at_upper.max(), at_lower.max()) <= largest or right == 0 or left == len(heights):
            return largest / 2
        largest = max(
            largest, np.abs(lower[: left + 1] - heights[: left + 1]).max(),
            np.abs(upper[right:] - heights[right:] + steps[right:]).max())
        if left == 0 and right == len(heights) - 1:
            return largest / 2
        places, heights, steps = (v[left : right + 1] for v in (places, heights, steps))


def information(points):
    """The gain in the Bayesian information criterion of the best of ten mixtures over one normal distribution.

    The variances' floor is a hundredth of the plane's mean variance, so that a point alone has no advantage.
    """
    n = len(points)
    floor = 0.01 * points.var(0).mean() * np.eye(2)
    order, _, gap, _, between = cuts(points - points.mean(0), fan(10))
    starts = [best(np.where(gap[i : i + 1] > 0, between[i : i + 1], 0), order[i : i + 1])[1] for i in range(10)]

    def maximise(shares):
        mass = shares.sum(0) + 1e-12
        means = shares.T @ points / mass[:, None]
        covariances = []
        for k in range(shares.shape[1]):
            d = points - means[k]
            covariances.append((d * shares[:, k : k + 1]).T @ d / mass[k] + floor)
        return mass / n, means, covariances

    def expect(parts):
        logs = np.stack([
            np.log(w) - np.log(2 * np.pi) - 0.5 * (
                np.log(np.linalg.det(c)) + np.einsum("ij,jk,ik->i", points - m, np.linalg.inv(c), points - m))
            for w, m, c in zip(*parts)], 1)
        top = logs.max(1, keepdims=True)
        total = top[:, 0] + np.log(np.exp(logs - top).sum(1))
        return logs, total

    one = expect(maximise(np.ones((n, 1))))[1].sum()
    found = (-np.inf, starts[0])
    for start in starts:
        shares, before = np.stack([~start, start], 1).astype(float), -np.inf
        for _ in range(100):
            logs, total = expect(maximise(shares))
            shares = np.exp(logs - total[:, None])
            if abs(total.sum() - before) < 1e-3 * n:
                break
            before = total.sum()
        if total.sum() > found[0]:
            found = (total.sum(), logs[:, 1] > logs[:, 0])
    return 2 * (found[0] - one) - 6 * np.log(n), found[1]


def disc(random, n):
    turns, radius = 2 * np.pi * random.random(n), np.sqrt(random.random(n))
    return np.c_[radius * np.cos(turns), radius * np.sin(turns)]


def normal(random, n):
    return random.standard_normal((n, 2))


def critical(statistic, reference, n, level, memory={}):
    """The statistic that this share of reference sets of n points exceeds."""
    key = (statistic.__name__, reference.__name__, n)
    if key not in memory:
        random = np.random.default_rng(1)
        memory[key] = [statistic(reference(random, n))[0] for _ in range(REFERENCES)]
    return np.quantile(memory[key], 1 - level)


def root_is_inside(points, upper):
    """Whether the root lies at most 0.4 of the way from its group's centre to the other's, across the cut."""
    x = sphered(points)
    own = upper == upper[-1]
    if own.all() or own.sum() == 1:
        return False
    order, share, gap, within, _ = cuts(x, fan(DIRECTIONS))
    score = gap * np.sqrt(share * (1 - share) * len(points) / within)
    places = x @ fan(DIRECTIONS)[int(np.argmax(score)) // score.shape[1]]
    a, b = places[:-1][own[:-1]].mean(), places[~own].mean()
    return (places[-1] - a) / (b - a) <= 0.4


def minority(upper):
    return 2 * (upper != upper[-1]).sum() <= len(upper) - 1


def split_by(statistic, reference):
    """The split of a statistic that one in twenty reference sets exceeds."""

    def upper(points):
        value, upper = statistic(points)
        return upper if value > critical(statistic, reference, len(points), LEVEL) else None

    return upper


def margin_test(points, strict=True, root=True):
    """The tool's `clusters: auto`, but for its random numbers."""
    value, upper = margin(points)
    if strict and not minority(upper):
        bound = 2 * critical(margin, disc, len(points), 0.01)
    else:
        bound = critical(margin, disc, len(points), LEVEL)
    return upper if value > bound and (not root or root_is_inside(points, upper)) else None


def information_split(points):
    gain, upper = information(points)
    return upper if gain > 0 else None


PLANE_RULES = {
    "plane: margin test": margin_test,
    "plane: margin test, majorities alike": lambda points: margin_test(points, strict=False),
    "plane: margin test, root anywhere": lambda points: margin_test(points, root=False),
    "plane: margin alone": split_by(margin, disc),
    "plane: margin alone, first axis": split_by(margin_on_the_first_axis, disc),
    "plane: gap alone": split_by(gap_only, disc),
    "plane: scatter ratio, normal reference": split_by(scatter_ratio, normal),
    "plane: scatter ratio, uniform reference": split_by(scatter_ratio, disc),
    "plane: silhouette": split_by(silhouette, disc),
    "plane: dip on the first axis": split_by(dip_on_the_first_axis, disc),
    "plane: bic, best of ten starts, floor of 1 %": information_split,
}


def kept_by(rule, points):
    upper = PLANE_RULES[rule](points)
    return np.ones(len(points) - 1, bool) if upper is None else upper[:-1] == upper[-1]


# Tables


def collect(results):
    rows = []
    for rule, key, planes in cells(results):
        seen = collections.defaultdict(list)
        for points, malicious, kept in planes:
            seen[rule].append(rates(malicious, kept))
            if rule == "always-two-clusters":
                for other in PLANE_RULES:
                    seen[other].append(rates(malicious, kept_by(other, points)))
        for which, values in seen.items():
            positive, negative = np.mean(values, 0)
            late_positive, late_negative = np.mean(values[len(values) // 2 :], 0)
            rows.append({"rule": which, **key, "rounds": len(values),
                         "false_positives": positive, "false_negatives": negative,
                         "late_false_positives": late_positive, "late_false_negatives": late_negative})
    return sorted(rows, key=lambda r: (r["rule"], r["model"], r["attack"], r["clients"], r["byzantine"], r["seed"]))


def mean(rows, field):
    values = [row[field] for row in rows if not np.isnan(row[field])]
    return f"{np.mean(values):.3f}" if values else "–"


def table(head, body):
    lines = ["| " + " | ".join(head) + " |", "| :-- |" + " --: |" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in body]) + "\n"


def summary(rows, rules):
    """A row for each rule: no attack by n and model, then shares of attackers over all attacks, models and n."""
    head = ["rule", "no attack, n = 20", "no attack, n = 100", "≤ 5 %: FP", "FN", "≥ 10 %: FP", "FN"]
    body = []
    for rule in rules:
        mine = [row for row in rows if row["rule"] == rule]
        none = [[row for row in mine if row["attack"] == "none" and row["clients"] == n] for n in (20, 100)]
        few, many = [], []
        for row in mine:
            if row["attack"] != "none":
                (few if row["byzantine"] / row["clients"] < 0.09 else many).append(row)
        body.append([rule.removeprefix("plane: "), *(mean(part, "false_positives") for part in none),
                     mean(few, "false_positives"), mean(few, "false_negatives"),
                     mean(many, "false_positives"), mean(many, "false_negatives")])
    return table(head, body)


def by_attack(rows, rules, prefix=""):
    """FP / FN of each rule by attack and n, over the shares of at least 10 % and both models."""
    places = [(attack, n) for attack in ("fang-trim", "min-max", "scaling", "label-flip") for n in (20, 100)]
    body = []
    for rule in rules:
        entries = []
        for attack, n in places:
            part = [r for r in rows if (r["rule"], r["attack"], r["clients"]) == (rule, attack, n)
                    and r["byzantine"] / n > 0.09]
            entries.append(f"{mean(part, prefix + 'false_positives')} / {mean(part, prefix + 'false_negatives')}")
        body.append([rule.removeprefix("plane: "), *entries])
    return table(["rule", *(f"{attack}, n = {n}" for attack, n in places)], body)


def detail(rows, rules):
    """A row for each model, n, attack and number of attackers; FP / FN of each rule."""
    places = sorted({(r["model"], r["clients"], r["attack"] != "none", r["attack"], r["byzantine"]) for r in rows})
    body = []
    for place in places:
        model, clients, _, attack, byzantine = place
        entries = []
        for rule in rules:
            part = [r for r in rows if r["rule"] == rule and (r["model"], r["clients"], r["attack"], r["byzantine"])
                    == (model, clients, attack, byzantine)]
            entries.append(f"{mean(part, 'false_positives')} / {mean(part, 'false_negatives')}")
        body.append([f"{model}, n = {clients}", attack, f"{100 * byzantine // clients} %", *entries])
    return table(["", "attack", "f", *rules], body)


def main():
    results = sys.argv[1]
    out = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(__file__).parent)
    rows = collect(results)
    with open(out / "rates.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({k: "" if v != v else f"{v:.4f}" if isinstance(v, float) else v for k, v in row.items()})
    present = {row["rule"] for row in rows}
    own = [rule for rule in ("always-two-clusters", "bic", "auto") if rule in present]
    seeds = sorted({row["seed"] for row in rows})
    (out / "tables.md").write_text(
        f"Seeds {', '.join(map(str, seeds))}. FP: share of benign clients rejected; FN: share of malicious clients "
        "accepted; means over all rounds.\n\n"
        "## Each rule on its own trajectory\n\n" + summary(rows, own)
        + "\nFP / FN at 10 % of attackers and more, by attack:\n\n" + by_attack(rows, own)
        + "\nThe same, in the second half of the rounds:\n\n" + by_attack(rows, own, "late_")
        + "\n## All rules on the trajectory of always-two-clusters\n\n"
        + summary(rows, ["always-two-clusters", *PLANE_RULES])
        + "\nFP / FN at 10 % of attackers and more, by attack:\n\n"
        + by_attack(rows, ["always-two-clusters", *PLANE_RULES])
        + "\n## Each rule on its own trajectory, by attack: FP / FN\n\n" + detail(rows, own))


main()
