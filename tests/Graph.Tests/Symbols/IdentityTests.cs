using Evergraph.Graph;
using static Evergraph.Graph.Dim;

namespace Evergraph.Graph.Tests.Symbols;

/// <summary>What users meet must be proven, not only not contradicted.</summary>
public sealed class IdentityTests
{
    private static readonly Dim S = new Symbol("s", 0, Symbol.Unbounded);
    private static readonly Dim T = new Symbol("t", 1, Symbol.Unbounded);
    private static readonly Dim N = new Symbol("n", 0, 5000);
    private static readonly Dim P = new Symbol("p", 1, 8);
    private static readonly Dim M = new Symbol("m", 0, Symbol.Unbounded);

    private static void Form(string expected, Dim given) => Assert.Equal(expected, given.ToString());

    private static void Proven(Condition condition) => Assert.True(condition.Proof == Truth.True, $"{condition}: {condition.Proof}");

    private static void Refuted(Condition condition) => Assert.True(condition.Proof == Truth.False, $"{condition}: {condition.Proof}");

    private static void Open(Condition condition) => Assert.True(condition.Proof == Truth.Unknown, $"{condition}: {condition.Proof}");

    [Fact]
    public void Forms_are_canonical()
    {
        Form("s + 1", 1 + S);
        Form("16*s", S * 16);
        Form("0", S - S);
        Form("s**2 + 2*s + 1", (S + 1) * (S + 1));
        Form("s*t + s - t", T * (S - 1) + S);
        Form("(s + 1) // 2", (S + 1) / 2);
        Form("4*s", 16 * S / 4);
        Form("s", (4 * S + 3) / 4);
        Form("(s + 1) // 2 + 1", (S + 3) / 2);
        Form("(n - 1) // p + 1", CeilDiv(N, P));
        Form("(n + 3) // 4", CeilDiv(N, 4));
        Form("s % 4", S % 4);
        Form("3", ((Dim)7) % 4);
        Form("s // 12", S / 3 / 4);
        Form("s // 2", (S / 3 * 3 + S % 3) / 2);
        Form("n", N * T / T);
        Form("n", N % 6000);
        Form("0", N / 6000);
        Form("s", -(-S));
        Form("4*((n + 3) // 4)", N + (4 - N % 4) % 4);
        Form("min(s, t)", Min(S, T));
        Form("max(s, 1)", Max(1, S));
    }

    [Fact]
    public void Minimum_of_multiples_is_the_least_multiple()
    {
        Form("16*s", Min(16 * S, 32 * S));
        Form("32*s", Max(16 * S, 32 * S));
        Proven(64 * S >= Min(16 * S, 32 * S));
        Proven(Min(16 * S, 32 * S) == 16 * S);
    }

    [Fact]
    public void Padding_to_a_multiple_divides_evenly_for_a_number_of_ranks()
    {
        foreach (int tp in new[] { 1, 2, 3, 4, 8, 16 })
            CheckPadding(N, tp);
    }

    [Fact]
    public void Padding_to_a_multiple_divides_evenly_for_a_symbolic_number_of_ranks()
    {
        CheckPadding(N, P);
        CheckPadding(S, T);
    }

    private static void CheckPadding(Dim n, Dim tp)
    {
        Dim pad = (tp - n % tp) % tp;
        Proven((n + pad) % tp == 0);
        Assert.True(((n + pad) % tp).Equals(0));
        Assert.True(CeilDiv(n, tp).Equals((n + pad) / tp));
        Assert.True(CeilDiv(n, tp).Equals((n + tp - 1) / tp));
        Proven(CeilDiv(n, tp) * tp >= n);
        Proven(CeilDiv(n, tp) * tp < n + tp);
        Proven(CeilDiv(n, tp) * tp == n + pad);
        Proven(pad >= 0);
        Proven(pad < tp);
        Proven(n % tp >= 0);
        Proven(n % tp < tp);
        Proven(tp * (n / tp) + n % tp == n);
        Proven(n / tp <= n);
        Proven(CeilDiv(n, tp) <= n);
    }

    [Fact]
    public void Divisions_that_come_out_even_disappear()
    {
        Form("n", 7 * N / 7);
        Form("s*t", S * T * T / T);
        Form("0", S * T % T);
        Form("s", (S * T + T - 1) / T);
        Form("s + t", (S * T + T * T) / T);
        Form("s", (S * (T + 1)) / (T + 1));
        Proven(S * T % T == 0);
        Form("s % 4", S % 8 % 4);
        Form("s // t", 4 * S / (4 * T));
        Form("s // (4*t)", S / T / 4);
    }

    [Fact]
    public void Sizes_of_slices_are_the_plain_difference()
    {
        static Dim Length(Dim start, Dim end, Dim n) => Max(0, Min(end, n) - Min(start, n));
        Form("s", Length(1, S + 1, S + 1));
        Form("t - 1", Length(1, T, T));
        Form("t", Length(0, long.MaxValue, T));
        Form("s - 1", Length(1, long.MaxValue, new Symbol("s", 2, 4096)));
        Form("s", Min(S, long.MaxValue));
        Form("s", Min(long.MaxValue, S));
        Form("s - min(s, 4)", Length(4, long.MaxValue, S));
        Proven(S <= long.MaxValue);
    }

    [Fact]
    public void Comparisons_of_minima_and_maxima_are_decided()
    {
        Proven(Min(T, 1) == 1);
        Open(Min(S, 1) == 1);
        Proven(Min(S, T) + Max(S, T) == S + T);
        Proven(S + T - 2 * Min(S, T) >= 0);
        Proven(Max(S, T) - Min(S, T) >= 0);
        Proven(Max(S, T) <= S + T);
        Proven(Min(S, T) * 2 <= S + T);
        Refuted(Min(S, 3) > 3);
        Refuted(Max(S, 3) == 2);
        Form("min(m, s, t)", Min(S, Min(T, M)));
        Form("min(m, s, t)", Min(Min(T, S), M));
        Form("min(s, t) + 1", Min(S + 1, T + 1));
        Form("4*min(s, t)", Min(4 * S, 4 * T));
    }

    [Fact]
    public void Half_of_the_tokens_is_not_guarded()
    {
        var s = (Dim)new Symbol("s0", 2, 8192);
        Open((s + 1) / 2 != 1);
        var more = (Dim)new Symbol("s0", 3, 8192);
        Proven((more + 1) / 2 != 1);
        var one = (Dim)new Symbol("s0", 1, 2);
        Refuted((one + 1) / 2 != 1);
    }

    [Fact]
    public void Parity_and_divisibility_are_decided()
    {
        Refuted(2 * S == 2 * T + 1);
        Refuted(6 * S + 9 * T == 1);
        Open(2 * S == 3 * T);
        Proven(S / 2 + (S + 1) / 2 == S);
        Proven(S % 2 + (S + 1) % 2 == 1);
        Proven(S / 2 * 2 <= S);
        Refuted(S / 2 * 2 > S);
        Refuted(S % 4 == 4);
    }

    [Fact]
    public void Products_are_bounded()
    {
        Proven(S * T >= S);
        Proven(S * T - S >= 0);
        Refuted(S * T < S);
        Proven(T * T >= T);
        Proven(32 * S >= 16 * S);
        Proven(N * P <= 40000);
        Proven(P * (8 - P) >= 0);
        Proven((P + N) * (P + N) >= 1);
        Open(S * T > 0);
        Open(S * S >= S * T);
    }

    [Fact]
    public void What_is_known_in_one_case_of_a_minimum_is_not_used_beyond_it()
    {
        // At s = 0 both sides are 0. A proof that walks from one end of a range to the other leaves the case s <= 2*s.
        Dim s = new Symbol("s", -1, 4);
        Open(Min(s * s / 4, Min(s, 2 * s)) == s * s);
    }

    [Fact]
    public void A_remainder_that_does_not_matter_leaves_the_rest_to_be_shown()
    {
        Dim s = new Symbol("s", -2, 1);
        Open(-((s + 1) / 2) * (0 / s) >= 6 * s + 4);
        // Negative at 20 only, away from the ends, where no sample looks.
        Dim wide = new Symbol("s", 0, 100);
        Open((wide - 20) * (wide - 20) - (wide + 1) / 2 * (0 / wide) >= 1);
        Dim ranks = CeilDiv(new Symbol("n", 1, 6), 4);
        Open(new Symbol("n", 1, 6) - ranks - 2 <= 3 / ranks);
    }

    [Fact]
    public void Sizes_of_convolutions_are_positive()
    {
        Dim image = new Symbol("s", 1, 4096);
        for (int kernel = 1; kernel <= 7; kernel++)
        {
            for (int stride = 1; stride <= 4; stride++)
            {
                for (int dilation = 1; dilation <= 2; dilation++)
                {
                    int pad = dilation * (kernel - 1) / 2;
                    Dim size = (image + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1;
                    Proven(size >= 0);
                    Proven(size <= image);
                }
            }
        }
        Proven((image + 2 * 3 - 6 - 1) / P + 1 >= 1);
    }

    [Fact]
    public void Ranges_hold_bounds_of_sums_products_minima_and_maxima()
    {
        Assert.Equal(new DimRange(1, 5008), (N + P).Range);
        Assert.Equal(new DimRange(0, 40000), (N * P).Range);
        Assert.Equal(new DimRange(0, 8), Min(N, P).Range);
        Assert.Equal(new DimRange(1, 5000), Max(N, P).Range);
        Assert.Equal(new DimRange(0, 3), (S % 4).Range);
        Assert.Equal(new DimRange(0, 7), (N % P).Range);
        Assert.Equal(new DimRange(0, 1250), CeilDiv(N, 4).Range);
        Assert.Equal(new DimRange(0, long.MaxValue), (S * T - S).Range);
        Assert.Equal(new DimRange(-5000, 0), (-N).Range);
        Assert.Equal(new DimRange(7, 7), ((Dim)7).Range);
    }
}
