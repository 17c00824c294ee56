using SuperMoe.ML.Interop;
using static TorchSharp.torch;

namespace SuperMoe.ML.Kernels;

/// <summary>
/// The kernels written in TorchScript: the door to ATen operators that TorchSharp does not bind, and one native call where C# would make many.
/// Each function has a typed C# door in this folder, with a plain reference beside it. A syntax error here aborts the process: every
/// function is called by a test. Arguments are tensors only: numbers would become Scalars that nobody keeps (see <see cref="Scalars"/>).
/// </summary>
internal static class TorchScript
{
    private const string Source = """
        def products_by_expert(x: Tensor, w: Tensor, ends: Tensor) -> Tensor:
            if x.dim() == 3:
                return torch.bmm(x, w)
            return torch._grouped_mm(x, w, ends)

        def experts_forward(x: Tensor, experts: Tensor, gates: Tensor, w1: Tensor, w2: Tensor, padded: Tensor) -> List[Tensor]:
            k = experts.size(1)
            e = w1.size(0)
            d = x.size(1)
            n = experts.numel()
            sorted, order = torch.sort(experts.reshape(-1).to(2))  # 2: int16, which takes a quarter of the passes of int64
            numbers = torch.arange(max(n, e), device=x.device)
            ends = torch.searchsorted(sorted, numbers.narrow(0, 0, e).to(2), out_int32=True, right=True)
            tokens = torch.div(order, k, rounding_mode='floor')
            rows = x.index_select(0, tokens)
            slots = numbers.narrow(0, 0, n)
            if bool(padded):
                counts = torch.diff(ends, prepend=torch.zeros_like(ends.narrow(0, 0, 1)))
                most = int(counts.max())
                if e * most <= 4 * n + 64 * e:
                    expert = sorted.to(4)  # 4: int64
                    slots = slots + (expert * most - (ends - counts).index_select(0, expert))
                    rows = torch.zeros([e * most, d], dtype=x.dtype, device=x.device).index_copy_(0, slots, rows).view(e, most, d)
            places = torch.empty_like(order).scatter_(0, order, slots)
            before = products_by_expert(rows, w1, ends)
            hidden = torch.gelu(before)
            y = products_by_expert(hidden, w2, ends)
            output = (y.view(-1, d).index_select(0, places).view(-1, k, d) * gates.unsqueeze(2)).sum(1)
            return [output, rows, before, hidden, y, ends, tokens, order, slots, places]

        def experts_backward(dy: Tensor, learns: Tensor, gates: Tensor, w1: Tensor, w2: Tensor, state: List[Tensor]) -> List[Tensor]:
            rows, before, hidden, y, ends = state[0], state[1], state[2], state[3], state[4]
            tokens, order, slots, places = state[5], state[6], state[7], state[8]
            k = gates.size(1)
            d = dy.size(1)
            of_rows = dy.index_select(0, tokens)
            dgates = (of_rows * y.view(-1, d).index_select(0, slots)).sum(1)
            dgates = torch.empty_like(dgates).scatter_(0, order, dgates).view(-1, k)
            weighted = (of_rows * gates.reshape(-1).index_select(0, order).unsqueeze(1)).to(y.dtype)
            if y.dim() == 3:
                weighted = torch.zeros_like(y).view(-1, d).index_copy_(0, slots, weighted).view(y.size(0), -1, d)
            dhidden = products_by_expert(weighted, w2.transpose(1, 2), ends)
            dbefore = torch.gelu_backward(dhidden, before)
            drows = products_by_expert(dbefore, w1.transpose(1, 2), ends)
            dx = drows.reshape(-1, d).index_select(0, places).view(-1, k, d).sum(1, dtype=6)  # 6: float32
            if not bool(learns):
                return [dx, dgates]
            dw1 = products_by_expert(rows.transpose(-2, -1), dbefore, ends)
            dw2 = products_by_expert(hidden.transpose(-2, -1), weighted, ends)
            return [dx, dgates, dw1.to(6), dw2.to(6)]

        def group_products(x: Tensor, w: Tensor, y: Tensor, ends: Tensor) -> Tensor:
            if ends.size(0) == 0:
                torch.bmm(x.view(w.size(0), -1, x.size(1)), w, out=y.view(w.size(0), -1, y.size(1)))
                return y
            sizes: List[int] = ends.tolist()
            start = 0
            for i, end in enumerate(sizes):
                torch.mm(x[start:end], w[i], out=y[start:end])
                start = end
            return y

        def expert_products(x: Tensor, w: Tensor, y: Tensor, bounds: Tensor) -> Tensor:
            numbers: List[int] = bounds.tolist()
            inner = w.size(1)
            outer = w.size(2)
            for e in range(numbers[0], numbers[1]):
                start = numbers[4 + e]
                rows = numbers[5 + e] - start
                if rows > 0:
                    rows_of_x = x.narrow(0, (start - numbers[2]) * inner, rows * inner).view(rows, inner)
                    torch.mm(rows_of_x, w[e], out=y.narrow(0, (start - numbers[3]) * outer, rows * outer).view(rows, outer))
            return y

        def group_gradients(x: Tensor, dy: Tensor, dw: Tensor, ends: Tensor) -> Tensor:
            if ends.size(0) == 0:
                torch.bmm(x.view(dw.size(0), -1, x.size(1)).transpose(1, 2), dy.view(dw.size(0), -1, dy.size(1)), out=dw)
                return dw
            sizes: List[int] = ends.tolist()
            start = 0
            for i, end in enumerate(sizes):
                torch.mm(x[start:end].t(), dy[start:end], out=dw[i])
                start = end
            return dw

        def attend(projected: Tensor, numbers: Tensor, pad: Tensor, unpad: Tensor, last: Tensor, mask: Tensor) -> Tensor:
            d = projected.size(1) // 3
            events = int(numbers[0])
            users = int(numbers[1])
            length = int(numbers[2])
            heads = int(numbers[3])
            indicators = int(numbers[4])
            states = int(numbers[5])  # of events: 0 none, 1 the latest, 2 all
            scale = (d / heads) ** -0.5
            k = projected
            v = projected
            parts: List[Tensor] = []
            if events > 0:
                padded = projected.narrow(0, 0, events)
                if pad.size(0) > 0:
                    padded = padded.index_select(0, pad)
                qkv = padded.view(users, length, 3, heads, -1).permute(2, 0, 3, 1, 4)
                k = qkv[1]
                v = qkv[2]
                if states == 2:
                    flat = torch.scaled_dot_product_attention(qkv[0], k, v, None, 0.0, True).transpose(1, 2).reshape(users * length, d)
                    if unpad.size(0) > 0:
                        flat = flat.index_select(0, unpad)
                    parts.append(flat)
                if states == 1:
                    q = projected.index_select(0, last).narrow(1, 0, d).view(users, 1, heads, -1).transpose(1, 2)
                    scores = torch.matmul(q, k.transpose(-2, -1)) * scale
                    if mask.size(0) > 0:
                        scores = scores + mask
                    parts.append(torch.matmul(scores.softmax(-1), v).transpose(1, 2).reshape(users, d))
            if indicators > 0:
                own = projected.narrow(0, events, users * indicators).view(users, indicators, 3, heads, -1).permute(2, 0, 3, 1, 4)
                seen = own[2]
                if events > 0:
                    self = (own[0] * own[1]).sum(-1, True) * scale
                    scores = torch.matmul(own[0], k.transpose(-2, -1)) * scale
                    if mask.size(0) > 0:
                        scores = scores + mask
                    weights = torch.cat([scores, self], -1).softmax(-1)
                    seen = torch.matmul(weights.narrow(-1, 0, length), v) + weights.narrow(-1, length, 1) * own[2]
                parts.append(seen.transpose(1, 2).reshape(users * indicators, d))
            return parts[0] if len(parts) == 1 else torch.cat(parts)

        def attention(x: Tensor, w: Tensor, b: Tensor, merge: Tensor, merge_b: Tensor, numbers: Tensor, pad: Tensor, unpad: Tensor, last: Tensor, mask: Tensor) -> Tensor:
            return torch.linear(attend(torch.linear(x, w, b), numbers, pad, unpad, last, mask), merge, merge_b)

        def logits_into(buffer: Tensor, x: Tensor, w: Tensor) -> Tensor:
            torch.mm(x, w.t(), out=buffer)
            return buffer

        def full_softmax(x: Tensor, w: Tensor, wc: Tensor, targets: Tensor, weights: Tensor, lists: Tensor, columns: Tensor, chunk: Tensor) -> List[Tensor]:
            n = x.size(0)
            v = w.size(0)
            rows = min(int(chunk), n)
            xc = x.to(wc.dtype)
            extra = (8 - v % 8) % 8  # rows of logits that begin at multiples of 16 bytes are multiplied far faster
            if extra > 0:
                wc = torch.cat([wc, torch.zeros([extra, w.size(1)], dtype=wc.dtype, device=w.device)])
            weighted = x * weights.unsqueeze(1)
            weighted_c = weighted.to(wc.dtype)
            dw = torch.zeros([v + extra, w.size(1)], dtype=w.dtype, device=w.device)
            dx: List[Tensor] = []
            losses: List[Tensor] = []
            start = 0
            while start < n:
                end = min(start + rows, n)
                logits = torch.mm(xc[start:end], wc.t())
                if extra > 0:
                    logits[:, v:].fill_(float('-inf'))
                target = targets[start:end].unsqueeze(1)
                of_target = logits.gather(1, target)
                if lists.size(0) > 0:
                    logits.scatter_(1, columns.index_select(0, lists[start:end]), float('-inf')).scatter_(1, target, of_target)
                most, best = logits.max(1, True)
                p = torch.softmax(logits, 1)
                losses.append((most.to(6) - of_target.to(6) - p.gather(1, best).to(6).log()).squeeze(1))  # 6: float32
                dx.append(torch.mm(p, wc))
                dw.add_(torch.mm(p.t(), weighted_c[start:end]))
                start = end
            of_all = (torch.cat(dx) - w.index_select(0, targets)).mul_(weights.unsqueeze(1))
            dw = dw.narrow(0, 0, v)
            dw.index_add_(0, targets, weighted, alpha=-1)
            return [torch.dot(torch.cat(losses), weights), of_all, dw]

        def row_gradients(dy: Tensor, x: Tensor, w: Tensor, dx: Tensor, dw: Tensor) -> Tensor:
            torch.mm(dy, w, out=dx)
            torch.mm(dy.t(), x, out=dw)
            return dx

        def softmax_gradients(p: Tensor, sums: Tensor, x: Tensor, w: Tensor, dx: Tensor, dw: Tensor) -> Tensor:
            dx.copy_(torch.mm(p, w)).div_(sums)
            dw.add_(torch.mm(p.t(), (x / sums).to(p.dtype)))
            return dw

        def mean_bag(table: Tensor, rows: Tensor, starts: Tensor) -> Tensor:
            return torch.embedding_bag(table, rows, starts, False, 1, False, None, False)[0]

        def weighted_bag(table: Tensor, rows: Tensor, starts: Tensor, weights: Tensor) -> Tensor:
            return torch.embedding_bag(table, rows, starts, False, 0, False, weights, False)[0]

        def sampled_softmax(x: Tensor, targets: Tensor, candidates: Tensor, bias: Tensor, own: Tensor, weights: Tensor, lists: Tensor, columns: Tensor, chunk: Tensor) -> List[Tensor]:
            n = x.size(0)
            u = candidates.size(0)
            rows = min(int(chunk), n)
            loss = torch.zeros([1], dtype=x.dtype, device=x.device)
            dx = torch.empty_like(x)
            dt = torch.empty_like(targets)
            dc = torch.zeros_like(candidates)
            # The candidates' logits and, in column u, the target's; rows begin at multiples of 64 bytes.
            buffer = torch.empty([rows, (u + 16) // 16 * 16], dtype=x.dtype, device=x.device)
            start = 0
            while start < n:
                end = min(start + rows, n)
                xs = x[start:end]
                target = targets[start:end]
                weight = weights[start:end].unsqueeze(1)
                logits = buffer[:end - start, :u + 1]
                others = logits[:, :u]
                positive = (xs * target).sum(1, True)
                torch.addmm(bias, xs, candidates.t(), out=others)
                logits.scatter_(1, own[start:end].unsqueeze(1), float('-inf'))
                if lists.size(0) > 0:
                    logits.scatter_(1, columns.index_select(0, lists[start:end]), float('-inf'))
                logits[:, u:].copy_(positive)
                most = logits.amax(1, True)
                logits.sub_(most).exp_()
                total = logits.sum(1, True)
                loss += ((total.log() + most - positive) * weight).sum()
                share = weight / total
                slope = logits[:, u:] * share - weight
                dx[start:end] = torch.mm(others, candidates).mul_(share).addcmul_(target, slope)
                dt[start:end] = xs * slope
                dc.addmm_(others.t(), xs * share)
                start = end
            return [loss, dx, dt, dc]

        def lerp_all(targets: List[Tensor], sources: List[Tensor], weight: Tensor) -> Tensor:
            torch._foreach_lerp_(targets, sources, float(weight))
            return targets[0]

        def add_all(targets: List[Tensor], sources: List[Tensor]) -> Tensor:
            torch._foreach_add_(targets, sources)
            return targets[0]

        def gradient_norm(grads: List[Tensor]) -> Tensor:
            return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(grads, 2)), 2)

        def adamw(params: List[Tensor], grads: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor], scale: Tensor, numbers: Tensor) -> Tensor:
            decay = float(numbers[0])
            lr = float(numbers[1])
            beta1 = float(numbers[2])
            beta2 = float(numbers[3])
            eps = float(numbers[4])
            torch._foreach_add_(steps, 1)
            torch._fused_adamw_(params, grads, m, v, [], steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False, grad_scale=scale)
            return scale

        """;

    private const int MostArguments = 10;

    private static readonly Lazy<jit.CompilationUnit> s_unit = new(() =>
    {
        NativeLibraries.EnsureLoaded();
        TorchFuser.Off();
        return jit.compile(Source);
    });

    [ThreadStatic]
    private static object[]?[]? s_arguments; // by their number: used again for each call

    public static Tensor Call(string function, params ReadOnlySpan<object> arguments) => (Tensor)Invoke(function, arguments);

    public static Tensor[] CallMany(string function, params ReadOnlySpan<object> arguments) => (Tensor[])Invoke(function, arguments);

    private static object Invoke(string function, ReadOnlySpan<object> arguments)
    {
        var all = s_arguments ??= new object[]?[MostArguments + 1];
        var own = all[arguments.Length] ??= new object[arguments.Length];
        arguments.CopyTo(own);
        try { return s_unit.Value.invoke(function, own); }
        finally { Array.Clear(own); }
    }
}
