"""Clusters: tracks whose gates share plots, directly or through others; each is solved by itself."""

from __future__ import annotations

import math

from rempart.base.kernel import inner_kernel


@inner_kernel
def find_root(root, node):
    """Root of a node's tree; shortens the way there."""
    while root[node] != node:
        root[node] = root[root[node]]
        node = root[node]
    return node


@inner_kernel
def fill_clusters(pairing, table, n_rows, n_plots):
    """Order the slots `pairing.rows[:n_rows]` by clusters.

    Returns
    -------
    int
        Number of clusters; those of cluster c are `pairing.order[bounds[c]:bounds[c + 1]]`.
    """
    root = pairing.root
    base = table.gates.shape[0]
    for entry in range(n_rows):
        root[pairing.rows[entry]] = pairing.rows[entry]
    for plot in range(n_plots):
        root[base + plot] = base + plot
    for entry in range(n_rows):
        slot = pairing.rows[entry]
        for choice in range(table.gates[slot].n_gated):
            one = find_root(root, base + table.gated[slot, choice])
            root[one] = find_root(root, slot)
    return _collect(pairing, n_rows)


@inner_kernel
def _collect(pairing, n_rows):
    root, rows, offset = pairing.root, pairing.rows, pairing.offset
    for entry in range(n_rows):
        offset[rows[entry]] = 0
    for entry in range(n_rows):
        offset[find_root(root, rows[entry])] += 1
    n_clusters, start = 0, 0
    for entry in range(n_rows):
        slot = rows[entry]
        if root[slot] == slot:
            pairing.bounds[n_clusters] = start
            start, offset[slot] = start + offset[slot], start
            n_clusters += 1
    pairing.bounds[n_clusters] = start
    for entry in range(n_rows):
        top = find_root(root, rows[entry])
        pairing.order[offset[top]] = rows[entry]
        offset[top] += 1
    return n_clusters


@inner_kernel
def sort_along(pairing, bank, first, end):
    """Sort the slots of a cluster along its longer axis, so that few plots are shared across a cut."""
    order, key = pairing.order, pairing.key
    east = north = 0.0
    for entry in range(first, end):
        east += bank.tracks[order[entry]].blend[0] / (end - first)
        north += bank.tracks[order[entry]].blend[1] / (end - first)
    see = snn = sen = 0.0
    for entry in range(first, end):
        x, y = bank.tracks[order[entry]].blend[0] - east, bank.tracks[order[entry]].blend[1] - north
        see, snn, sen = see + x * x, snn + y * y, sen + x * y
    heading = 0.5 * math.atan2(2.0 * sen, see - snn)
    cosine, sine = math.cos(heading), math.sin(heading)
    for entry in range(first, end):
        slot = order[entry]
        key[entry] = cosine * bank.tracks[slot].blend[0] + sine * bank.tracks[slot].blend[1]
    for entry in range(first + 1, end):
        slot, value, place = order[entry], key[entry], entry
        while place > first and key[place - 1] > value:
            order[place], key[place] = order[place - 1], key[place - 1]
            place -= 1
        order[place], key[place] = slot, value
