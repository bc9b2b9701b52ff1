"""Global nearest neighbour: the pairs of tracks and plots that are likeliest taken together.

Each track takes one plot of its gate or none, each plot goes to one track at most, and the sum of
the gains is the greatest possible. Tracks are added one by one along a shortest augmenting path,
which never leaves the tracks and plots that gates connect.

Source: Jonker & Volgenant, A shortest augmenting path algorithm for dense and sparse linear
assignment problems (Computing 1987); Crouse, On implementing 2D rectangular assignment algorithms
(IEEE TAES 2016).
"""

from __future__ import annotations

import math

from rempart.base.kernel import inner_kernel

UNTOUCHED, REACHED, SETTLED = 0, 1, 2
NOBODY = -1


@inner_kernel
def pair(pairing, table, n_rows, n_plots):
    """Pair slots `pairing.rows[:n_rows]` with the plots of their gates.

    Returns
    -------
    None
        `table.gates[slot].partner` is a plot of the slot's gate or -1. No other choice has a greater
        sum of gains.
    """
    for plot in range(n_plots):
        table.spots[plot].price = 0.0
        table.spots[plot].partner = NOBODY
        table.spots[plot].state = UNTOUCHED
    for entry in range(n_rows):
        slot = pairing.rows[entry]
        table.gates[slot].price = 0.0
        table.gates[slot].partner = NOBODY
        _add_row(pairing, table, slot)


@inner_kernel
def _add_row(pairing, table, start):
    """Give one more slot its plot, or none, moving others along the cheapest path."""
    slot, settled_at, n_touched = start, 0.0, 0
    best_miss, miss_slot = math.inf, NOBODY
    end = NOBODY
    while True:
        miss = settled_at - table.gates[slot].price
        if miss < best_miss:
            best_miss, miss_slot = miss, slot
        n_touched = _reach(pairing, table, slot, settled_at, n_touched)
        column = _nearest(pairing, table, n_touched)
        if column == NOBODY or best_miss <= table.spots[column].shortest:
            settled_at = best_miss
            break
        settled_at = table.spots[column].shortest
        table.spots[column].state = SETTLED
        if table.spots[column].partner == NOBODY:
            end = column
            break
        slot = table.spots[column].partner
    _reprice(pairing, table, start, settled_at, n_touched)
    _shift(table, start, end, miss_slot)


@inner_kernel
def _reach(pairing, table, slot, settled_at, n_touched):
    """Shorten the way to every plot in a slot's gate; the number of plots touched so far."""
    for choice in range(table.gates[slot].n_gated):
        column = table.gated[slot, choice]
        if table.spots[column].state == SETTLED:
            continue
        way = settled_at - table.gain[slot, choice] - table.gates[slot].price - table.spots[column].price
        if table.spots[column].state == UNTOUCHED:
            table.spots[column].state = REACHED
            pairing.touched[n_touched] = column
            n_touched += 1
        elif way >= table.spots[column].shortest:
            continue
        table.spots[column].shortest = way
        table.spots[column].came_from = slot
    return n_touched


@inner_kernel
def _nearest(pairing, table, n_touched):
    nearest = NOBODY
    for entry in range(n_touched):
        column = pairing.touched[entry]
        if table.spots[column].state == REACHED and (
            nearest == NOBODY or table.spots[column].shortest < table.spots[nearest].shortest
        ):
            nearest = column
    return nearest


@inner_kernel
def _reprice(pairing, table, start, settled_at, n_touched):
    """New prices, under which every pair made so far costs least for both; forget the search."""
    table.gates[start].price += settled_at
    for entry in range(n_touched):
        column = pairing.touched[entry]
        if table.spots[column].state == SETTLED:
            change = settled_at - table.spots[column].shortest
            table.spots[column].price -= change
            if table.spots[column].partner != NOBODY:
                table.gates[table.spots[column].partner].price += change
        table.spots[column].state = UNTOUCHED


@inner_kernel
def _shift(table, start, end, miss_slot):
    """Move every slot on the path to its new plot; without `end`, `miss_slot` goes without."""
    column = end
    if end == NOBODY:
        column = table.gates[miss_slot].partner
        table.gates[miss_slot].partner = NOBODY
        if miss_slot == start:
            return
    while True:
        slot = table.spots[column].came_from
        previous = table.gates[slot].partner
        table.gates[slot].partner = column
        table.spots[column].partner = slot
        if slot == start:
            return
        column = previous
