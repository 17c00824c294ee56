"""The layers that the benchmarks `moe` and `softmax` time, written plainly in PyTorch, with the same sizes: to be run beside them, on the same machine.

    python3 benchmarks/pytorch/peer.py [--device cuda] [--repeats 5] [--batch-tokens 1024 16384]

The last line is one JSON object. Experts are timed twice: with the operator torch._grouped_mm where it takes the type, and as a loop over the experts.
"""

import argparse
import json
import math
import time

import torch
from torch import nn
from torch.nn import functional as F


def gather_by_expert(experts, count):
    """The order that puts assignments behind each other by expert, where each expert's end, and how many each has."""
    assigned = experts.reshape(-1)
    order = torch.argsort(assigned, stable=True)
    counts = torch.bincount(assigned, minlength=count)
    return order, torch.cumsum(counts, 0).to(torch.int32), counts


class Experts(nn.Module):
    """Router and experts: softmax, the top k, gates scaled to a sum of 1 for k over 1."""

    def __init__(self, size, hidden, experts, top_k, dtype, grouped):
        super().__init__()
        self.router = nn.Parameter(torch.randn(experts, size) / math.sqrt(size))
        scale = math.sqrt(2 / (size + hidden))
        self.w1 = nn.Parameter(torch.randn(experts, size, hidden) * scale)
        self.w2 = nn.Parameter(torch.randn(experts, hidden, size) * scale)
        self.top_k, self.dtype, self.grouped = top_k, dtype, grouped

    def forward(self, x):
        gates, experts = F.linear(x, self.router).softmax(-1).topk(self.top_k, -1)
        if self.top_k > 1:
            gates = gates / gates.sum(-1, keepdim=True)
        order, ends, counts = gather_by_expert(experts, self.w1.size(0))
        rows = x.to(self.dtype).index_select(0, order // self.top_k)
        w1, w2 = self.w1.to(self.dtype), self.w2.to(self.dtype)
        if self.grouped:
            y = torch._grouped_mm(F.gelu(torch._grouped_mm(rows, w1, ends)), w2, ends)
        else:
            parts = rows.split(counts.tolist())
            y = torch.cat([F.gelu(part @ w1[e]) @ w2[e] for e, part in enumerate(parts)])
        weighted = y.float() * gates.reshape(-1)[order].unsqueeze(1)
        return torch.zeros_like(x, dtype=torch.float32).index_add(0, order // self.top_k, weighted)


class Dense(nn.Module):
    def __init__(self, size, hidden, dtype):
        super().__init__()
        self.up, self.down, self.dtype = nn.Linear(size, hidden), nn.Linear(hidden, size), dtype

    def forward(self, x):
        half = self.dtype
        hidden = F.gelu(F.linear(x.to(half), self.up.weight.to(half), self.up.bias.to(half)))
        return F.linear(hidden, self.down.weight.to(half), self.down.bias.to(half)).float()


class Block(nn.Module):
    def __init__(self, size, heads, hidden, experts, top_k, dtype, dropout):
        super().__init__()
        self.first, self.second = nn.LayerNorm(size), nn.LayerNorm(size)
        self.qkv, self.merge = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.experts = Experts(size, hidden // top_k, experts, top_k, dtype, grouped=dtype == torch.bfloat16)
        self.heads, self.dropout = heads, dropout

    def forward(self, x):
        users, length, size = x.shape
        q, k, v = self.qkv(self.first(x)).view(users, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(users, length, size)
        x = x + F.dropout(self.merge(seen), self.dropout, self.training)
        y = self.experts(self.second(x).view(-1, size)).view(users, length, size)
        return x + F.dropout(y, self.dropout, self.training)


class Model(nn.Module):
    """The base model for the next item: 64 wide, two blocks of 8 experts of which 2 are active, softmax over all items, tied weights."""

    def __init__(self, items, length, dtype, size=64, heads=2, hidden=256, experts=8, top_k=2, dropout=0.2):
        super().__init__()
        self.items = nn.Parameter(torch.randn(items, size) / math.sqrt(size))
        self.places = nn.Parameter(torch.randn(length, size) * 0.02)
        self.blocks = nn.ModuleList([Block(size, heads, hidden, experts, top_k, dtype, dropout) for _ in range(2)])
        self.norm, self.dtype, self.dropout = nn.LayerNorm(size), dtype, dropout

    def loss(self, users):
        x = self.items[users[:, :-1]] + self.places
        x = F.dropout(x, self.dropout, self.training)
        for block in self.blocks:
            x = block(x)
        states = self.norm(x).reshape(-1, x.size(-1))
        logits = states.to(self.dtype) @ self.items.to(self.dtype).t()
        return F.cross_entropy(logits.float(), users[:, 1:].reshape(-1))


class Clock:
    def __init__(self, device, repeats):
        self.device, self.repeats = device, repeats

    def wait(self):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def median(self, work, steps=1):
        """Milliseconds of a step: warmed up, the median of the repeats."""
        times = []
        for repeat in range(-2, self.repeats):
            self.wait()
            start = time.perf_counter()
            for _ in range(steps):
                work()
            self.wait()
            if repeat >= 0:
                times.append(1e3 * (time.perf_counter() - start) / steps)
        return sorted(times)[len(times) // 2]


def forward_and_backward(module, x, gradient):
    def work():
        module.zero_grad(set_to_none=True)
        x.grad = None
        module(x).backward(gradient)

    return work


def moe(clock, device, tokens):
    rows = []
    for name, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16)):
        for size in (64, 256):
            for experts in (8, 64):
                for top_k in (1, 2):
                    x = torch.randn(tokens, size, device=device, requires_grad=True)
                    gradient = torch.randn(tokens, size, device=device)
                    row = {"type": name, "size": size, "experts": experts, "topK": top_k}
                    row["dense"] = clock.median(forward_and_backward(Dense(size, 4 * size, dtype).to(device), x, gradient))
                    for key, grouped in (("grouped", True), ("loop", False)):
                        layer = Experts(size, 4 * size // top_k, experts, top_k, dtype, grouped).to(device)
                        try:
                            row[key] = clock.median(forward_and_backward(layer, x, gradient))
                        except RuntimeError as error:
                            row[key] = None
                            print(f"{name} D {size}: {key}: {str(error).splitlines()[0]}", flush=True)
                    rows.append(row)
                    print(f"moe {name} D {size} E {experts} k {top_k}: dense {row['dense']:.2f}, grouped {row['grouped'] or float('nan'):.2f}, loop {row['loop']:.2f} ms", flush=True)
    return rows


def softmax(clock, device, rows=4096, items=12101, size=64):
    x = torch.randn(rows, size, device=device, requires_grad=True)
    w = (torch.randn(items, size, device=device) * 0.1).requires_grad_()
    targets = torch.randint(0, items, (rows,), device=device)
    result = {}
    for name, dtype in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        def work():
            x.grad = w.grad = None
            F.cross_entropy((x.to(dtype) @ w.to(dtype).t()).float(), targets).backward()

        result[name] = clock.median(work)
        print(f"full softmax, {rows} x {items} x {size}, {name}: {result[name]:.2f} ms", flush=True)
    return result


def training(clock, device, batch_tokens, items=12101, length=50, steps=20):
    result = {}
    for tokens in batch_tokens:
        for name, dtype in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
            if device == "cpu" and tokens > 4096:
                continue
            torch.manual_seed(1)
            model = Model(items, length, dtype).to(device)
            optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
            users = torch.randint(1, items, (max(1, tokens // length), length + 1), device=device)

            def work():
                optimizer.zero_grad(set_to_none=True)
                loss = model.loss(users)
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 1.0, foreach=True)
                optimizer.step()

            milliseconds = clock.median(work, steps)
            events = users.size(0) * length / milliseconds * 1e3
            result[f"{tokens} {name}"] = {"milliseconds": milliseconds, "eventsPerSecond": events}
            print(f"training step of {users.size(0) * length} events, {name}: {milliseconds:.2f} ms, {events:.0f} events/s", flush=True)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--tokens", type=int, default=8192)
    parser.add_argument("--batch-tokens", type=int, nargs="+", default=[1024, 16384])
    options = parser.parse_args()
    torch.manual_seed(1)
    clock = Clock(options.device, options.repeats)
    where = torch.cuda.get_device_name() if options.device == "cuda" else f"{torch.get_num_threads()} threads"
    print(f"PyTorch {torch.__version__}, {where}; forward and backward, milliseconds, medians of {options.repeats}", flush=True)
    result = {"benchmark": "peer", "torch": torch.__version__, "where": where}
    result["moe"] = moe(clock, options.device, options.tokens)
    result["softmax"] = softmax(clock, options.device)
    result["training"] = training(clock, options.device, options.batch_tokens)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
