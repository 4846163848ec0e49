using System.Diagnostics;
using System.Text;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Tests.Dispatch;

public class PolicyFileFuzzTests
{
    private const string Valid = """
        # A policy.
        prefer: vendor
        strict: "true"
        per_op:
          rms_norm: [vendor:ascend, 'impl:cuda.cublaslt', default]
          evergraph::silu_and_mul: vendor|default
          aten::mm:
            - reference
        allow_vendors: [ascend, "on\x6exruntime"]
        deny_vendors: >-
          other
        plugins:
          - ./a.dll
          - b.dll
        """;

    private static readonly string[] Insertions =
        ["&a ", "*a", "!!str ", "!<x> ", "---\n", "...\n", "? ", ": ", "- ", "[", "]", "{", "}", "\"", "'", "|\n", ">\n", "%YAML 9.9\n", "%TAG ! x\n", "\t", "\0", "\r", "\u0085", "\\", "\"\\UFFFFFFFF\"", "\"\\uD800\"", "#", ",", "<<: *a\n", "~", "\uFEFF", "😀", "@", "`"];

    [Fact]
    public void A_damaged_file_is_a_policy_or_an_error_of_ours()
    {
        byte[] valid = Encoding.UTF8.GetBytes(Valid);
        PolicyFile.Parse("policy.yaml", valid, KnownOperators.Names);
        int policies = 0, errors = 0;
        for (int seed = 1; seed <= 5000; seed++)
        {
            byte[] damaged = Damage(valid, new(seed));
            try
            {
                PolicyFile.Parse("policy.yaml", damaged, KnownOperators.Names);
                policies++;
            }
            catch (DispatchPolicyException exception)
            {
                Assert.Matches(@"^policy\.yaml:[0-9]+: .", exception.Message);
                errors++;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}: {exception.GetType()}: {exception.Message} for\n{Encoding.UTF8.GetString(damaged)}", exception);
            }
        }

        // The damage is neither so small that all files stay policies nor so large that none does.
        Assert.True(policies > 100 && errors > 1000, $"{policies} policies, {errors} errors");
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("a: ")]
    [InlineData("per_op: {a: [")]
    [InlineData("\"")]
    [InlineData("'")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("\n ")]
    [InlineData("#\n")]
    [InlineData("---\n")]
    [InlineData("%a\n")]
    [InlineData("&a ")]
    [InlineData("!a ")]
    [InlineData("a\n")]
    [InlineData("|\n")]
    [InlineData(">\n")]
    [InlineData(",")]
    [InlineData("x")]
    [InlineData("é")]
    public void A_file_of_one_thing_over_and_over_is_refused_in_time(string thing)
    {
        foreach (string start in new[] { "", "prefer: ", "prefer: [", "allow_vendors: [", "per_op: {", "? ", "deny_vendors: \"", "deny_vendors: |\n ", "per_op:\n  rms_norm: " })
        {
            string yaml = start + new StringBuilder().Insert(0, thing, (PolicyFile.LargestSize - 64) / Encoding.UTF8.GetByteCount(thing));
            var clock = Stopwatch.StartNew();
            try
            {
                KnownOperators.File(yaml);
            }
            catch (DispatchPolicyException exception)
            {
                Assert.True(exception.Message.Length < 1000, exception.Message[..Math.Min(1000, exception.Message.Length)]);
            }

            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), $"{start}{thing}…: {clock.Elapsed}");
        }
    }

    private static byte[] Damage(byte[] valid, Random random)
    {
        List<byte> bytes = [.. valid];
        for (int edits = random.Next(1, 5); edits > 0; edits--)
        {
            int at = random.Next(bytes.Count + 1), length = Math.Min(random.Next(1, 12), bytes.Count - at);
            switch (random.Next(5))
            {
                case 0:
                    bytes.RemoveRange(at, length);
                    break;
                case 1:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Insertions[random.Next(Insertions.Length)]));
                    break;
                case 2:
                    bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                    break;
                case 3 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                default:
                    bytes.Insert(at, (byte)" \n:-,'\"|"[random.Next(8)]);
                    break;
            }
        }

        return [.. bytes];
    }
}
