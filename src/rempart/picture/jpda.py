"""Joint probabilistic data association: the chance that a plot is a track's, over all joint hypotheses.

The hypotheses of a cluster are the paths of a net. Its layers are the tracks, its nodes the sets of
plots that earlier tracks have taken and later ones could still want; hypotheses that agree on that
share all that follows. So the cost grows with the number of such sets, not with that of hypotheses.
A net that would grow beyond its bound is left, and the cluster is solved by belief propagation.

Source: Maskell, Briers & Wright, Fast mutual exclusion (SPIE 2004), and Horridge & Maskell, Real-time
tracking of hundreds of targets with efficient exact JPDAF implementation (FUSION 2006), for the net;
Williams & Lau, Approximate evaluation of marginal association probabilities with belief propagation
(IEEE TAES 2014), for the approximation.
Limits: the chances of belief propagation are too sure where tracks and plots form loops.
"""

from __future__ import annotations

import math

from rempart.base.kernel import inner_kernel
from rempart.picture.clusters import fill_clusters, sort_along

MISS, FULL = -1, -1
NO_BIT = -1
MOST_BITS = 62
MOST_ROUNDS = 200
CLOSE_ENOUGH = 1e-8
LARGEST_MESSAGE = 1e8
LARGEST_SORTED = 512
"""Tracks of a cluster beyond which no net is tried."""


@inner_kernel
def fill_claims(tracker, n_rows, n_plots):
    """Fill `table.claim` for the slots `pairing.rows[:n_rows]`; the last column is the chance of a miss.

    Returns
    -------
    int
        Number of clusters that were approximated. The claims of a track sum to one, and those to a
        plot never exceed one where they are exact.
    """
    pairing, table = tracker.pairing, tracker.table
    n_clusters = fill_clusters(pairing, table, n_rows, n_plots)
    n_approximated = 0
    for cluster in range(n_clusters):
        first, end = pairing.bounds[cluster], pairing.bounds[cluster + 1]
        for entry in range(first, end):
            _fill_weights(table, pairing.order[entry])
        if end - first == 1:
            _scale_claims(table, pairing.order[first])
        elif end - first > LARGEST_SORTED or not _claim_by_net(tracker, first, end):
            claim_by_messages(tracker, first, end)
            n_approximated += 1
    return n_approximated


@inner_kernel
def _fill_weights(table, slot):
    """Fill a track's claims with the weights of its choices, relative to the best, so that none overflows."""
    best = 0.0
    for choice in range(table.gates[slot].n_gated):
        best = max(best, table.gain[slot, choice])
    for choice in range(table.gates[slot].n_gated):
        table.claim[slot, choice] = math.exp(table.gain[slot, choice] - best)
    table.claim[slot, table.claim.shape[1] - 1] = math.exp(-best)


@inner_kernel
def _scale_claims(table, slot):
    """Bring the claims of a track to the sum one."""
    last = table.claim.shape[1] - 1
    total = table.claim[slot, last]
    for choice in range(table.gates[slot].n_gated):
        total += table.claim[slot, choice]
    table.claim[slot, last] /= total
    for choice in range(table.gates[slot].n_gated):
        table.claim[slot, choice] /= total


@inner_kernel
def _claim_by_net(tracker, first, end):
    """Fill the claims of one cluster exactly; False if the net would grow beyond its bound."""
    net, table, order = tracker.net, tracker.table, tracker.pairing.order
    sort_along(tracker.pairing, tracker.bank, first, end)
    _find_spans(net, table, order, first, end)
    net.nodes[0].used, net.nodes[0].forward = 0, 1.0
    net.layers[0].node, net.layers[1].node, net.layers[0].edge = 0, 1, 0
    taken_bits = 0
    for layer in range(end - first):
        taken_bits = _give_bits(net, table, order[first + layer], layer, taken_bits)
        if taken_bits == FULL:
            return False
        gone = _bits_that_end(net, table, order[first + layer], layer)
        if not _grow(net, table, order[first + layer], layer, gone):
            return False
        taken_bits &= ~gone
    _collect_claims(net, table, order, first, end)
    return True


@inner_kernel
def _find_spans(net, table, order, first, end):
    """First and last layer in which each plot of a cluster is gated."""
    for layer in range(end - first - 1, -1, -1):
        slot = order[first + layer]
        for choice in range(table.gates[slot].n_gated):
            table.spots[table.gated[slot, choice]].first = layer
    for layer in range(end - first):
        slot = order[first + layer]
        for choice in range(table.gates[slot].n_gated):
            table.spots[table.gated[slot, choice]].last = layer


@inner_kernel
def _give_bits(net, table, slot, layer, taken):
    """Give each plot that appears now and is wanted later a free bit; FULL if there is none."""
    for choice in range(table.gates[slot].n_gated):
        plot = table.gated[slot, choice]
        if table.spots[plot].first != layer:
            continue
        table.spots[plot].bit = NO_BIT
        if table.spots[plot].last > layer:
            bit = 0
            while (taken >> bit) & 1:
                bit += 1
            if bit >= MOST_BITS:
                return FULL
            table.spots[plot].bit = bit
            taken |= 1 << bit
    return taken


@inner_kernel
def _bits_that_end(net, table, slot, layer):
    gone = 0
    for choice in range(table.gates[slot].n_gated):
        plot = table.gated[slot, choice]
        if table.spots[plot].last == layer and table.spots[plot].bit != NO_BIT:
            gone |= 1 << table.spots[plot].bit
    return gone


@inner_kernel
def _grow(net, table, slot, layer, gone):
    """Make the nodes of the next layer and the edges that lead to them; False if they do not fit."""
    start, end = net.layers[layer].node, net.layers[layer + 1].node
    n_edges = net.layers[layer].edge
    net.layers[layer + 2].node = end
    net.stamp[0] += 1
    total = 0.0
    for choice in range(MISS, table.gates[slot].n_gated):
        bit = table.spots[table.gated[slot, choice]].bit if choice != MISS else NO_BIT
        mask = 1 << bit if bit != NO_BIT else 0
        value = table.claim[slot, choice if choice != MISS else table.claim.shape[1] - 1]
        for node in range(start, end):
            if net.nodes[node].used & mask:
                continue
            child = _child(net, (net.nodes[node].used | mask) & ~gone, layer)
            if child < 0 or n_edges == net.edges.shape[0]:
                return False
            net.edges[n_edges].start, net.edges[n_edges].end = node, child
            net.edges[n_edges].choice, net.edges[n_edges].weight = choice, value
            net.nodes[child].forward += net.nodes[node].forward * value
            total += net.nodes[node].forward * value
            n_edges += 1
    net.layers[layer + 1].edge = n_edges
    for child in range(end, net.layers[layer + 2].node):
        net.nodes[child].forward /= total
    return total > 0.0


@inner_kernel
def _child(net, used, layer):
    """The node of the next layer with this set of plots, made if it is new; -1 if there is no room."""
    mask = net.hashes.shape[0] - 1
    place = ((used ^ (used >> 17)) * 1_000_003 ^ (used >> 31)) & mask
    while net.hashes[place].stamp == net.stamp[0]:
        if net.nodes[net.hashes[place].node].used == used:
            return net.hashes[place].node
        place = (place + 1) & mask
    node = net.layers[layer + 2].node
    if node == net.nodes.shape[0]:
        return -1
    net.layers[layer + 2].node = node + 1
    net.nodes[node].used, net.nodes[node].forward = used, 0.0
    net.hashes[place].stamp, net.hashes[place].node = net.stamp[0], node
    return node


@inner_kernel
def _collect_claims(net, table, order, first, end):
    """Go back through the net and add up, for each choice, the hypotheses that make it."""
    last = table.claim.shape[1] - 1
    for node in range(net.layers[end - first].node, net.layers[end - first + 1].node):
        net.nodes[node].backward = 1.0
    for layer in range(end - first - 1, -1, -1):
        slot = order[first + layer]
        table.claim[slot, : table.gates[slot].n_gated] = 0.0
        table.claim[slot, last] = 0.0
        for node in range(net.layers[layer].node, net.layers[layer + 1].node):
            net.nodes[node].backward = 0.0
        most = 0.0
        for edge in range(net.layers[layer].edge, net.layers[layer + 1].edge):
            onward = net.edges[edge].weight * net.nodes[net.edges[edge].end].backward
            node, choice = net.edges[edge].start, net.edges[edge].choice
            net.nodes[node].backward += onward
            most = max(most, net.nodes[node].backward)
            table.claim[slot, choice if choice != MISS else last] += net.nodes[node].forward * onward
        for node in range(net.layers[layer].node, net.layers[layer + 1].node):
            net.nodes[node].backward /= most
        _scale_claims(table, slot)


@inner_kernel
def claim_by_messages(tracker, first, end):
    """Fill the claims of one cluster by belief propagation.

    Returns
    -------
    int
        Rounds that it took. Exact where tracks and plots form a tree.
    """
    net, table, order = tracker.net, tracker.table, tracker.pairing.order
    for entry in range(first, end):
        slot = order[entry]
        for choice in range(table.gates[slot].n_gated):
            net.answer[slot, choice] = 1.0
            net.message[slot, choice] = 0.0
    n_rounds = 0
    while n_rounds < MOST_ROUNDS:
        n_rounds += 1
        _tell_plots(net, table, order, first, end)
        if _tell_tracks(net, table, order, first, end) < CLOSE_ENOUGH:
            break
    for entry in range(first, end):
        slot = order[entry]
        for choice in range(table.gates[slot].n_gated):
            table.claim[slot, choice] *= net.answer[slot, choice]
        _scale_claims(table, slot)
    return n_rounds


@inner_kernel
def _tell_plots(net, table, order, first, end):
    for entry in range(first, end):
        slot = order[entry]
        for choice in range(table.gates[slot].n_gated):
            table.spots[table.gated[slot, choice]].total = 0.0
    for entry in range(first, end):
        slot = order[entry]
        whole = table.claim[slot, table.claim.shape[1] - 1]
        for choice in range(table.gates[slot].n_gated):
            whole += table.claim[slot, choice] * net.answer[slot, choice]
        for choice in range(table.gates[slot].n_gated):
            rest = whole - table.claim[slot, choice] * net.answer[slot, choice]
            message = min(table.claim[slot, choice] / max(rest, 1e-300), LARGEST_MESSAGE)
            net.message[slot, choice] = message
            table.spots[table.gated[slot, choice]].total += message


@inner_kernel
def _tell_tracks(net, table, order, first, end):
    """Answer the tracks; the largest change of an answer."""
    largest = 0.0
    for entry in range(first, end):
        slot = order[entry]
        for choice in range(table.gates[slot].n_gated):
            others = table.spots[table.gated[slot, choice]].total - net.message[slot, choice]
            answer = 1.0 / (1.0 + max(others, 0.0))
            largest = max(largest, abs(answer - net.answer[slot, choice]))
            net.answer[slot, choice] = answer
    return largest
