using FsCheck;
using FsCheck.Fluent;

namespace Evergraph.Graph.Tests.Operators.Schemas;

/// <summary>Canonical text reads back as the same schema, for generated schemas.</summary>
public class SchemaRoundTripTests
{
    [Fact]
    public void Text_reads_back_as_the_same_schema() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var schema = Draw(new Random(seed));
            var read = OperatorSchema.Parse(schema.ToString());
            return read.Equals(schema) && read.ToString() == schema.ToString()
                && read.Arguments.Zip(schema.Arguments).All(pair => Same(pair.First, pair.Second))
                && read.Returns.Zip(schema.Returns).All(pair => pair.First.Name == pair.Second.Name && pair.First.Alias == pair.Second.Alias);
        }));

    private static bool Same(SchemaArgument read, SchemaArgument drawn) =>
        read.Name == drawn.Name && read.IsKeywordOnly == drawn.IsKeywordOnly && read.Alias == drawn.Alias
        && (read.Type.Kind, read.Type.IsList, read.Type.IsOptional, read.Type.IsElementOptional, read.Type.FixedLength)
            == (drawn.Type.Kind, drawn.Type.IsList, drawn.Type.IsOptional, drawn.Type.IsElementOptional, drawn.Type.FixedLength)
        && Same(read.Default, drawn.Default);

    private static bool Same(SchemaDefault? read, SchemaDefault? drawn) => read is null || drawn is null
        ? read == drawn
        : read.Kind == drawn.Kind && read.Int == drawn.Int && read.Float.Equals(drawn.Float) && read.Bool == drawn.Bool && read.Text == drawn.Text
            && read.Ints.SequenceEqual(drawn.Ints) && read.Floats.SequenceEqual(drawn.Floats) && read.Bools.SequenceEqual(drawn.Bools);

    private static OperatorSchema Draw(Random random)
    {
        int count = random.Next(6);
        int keywordsFrom = random.Next(7);
        var arguments = Enumerable.Range(0, count).Select(i =>
        {
            var type = DrawType(random);
            return new SchemaArgument($"x{i}", type, DrawDefault(random, type), i >= keywordsFrom, DrawAlias(random, type));
        });
        var returns = Enumerable.Range(0, random.Next(4)).Select(i =>
        {
            var type = DrawType(random);
            return new SchemaReturn(type, random.Next(2) == 0 ? $"y{i}" : null, DrawAlias(random, type));
        });
        string overload = random.Next(2) == 0 ? "" : "over_1";
        return new($"n{random.Next(3)}", "name_", overload, [.. arguments], [.. returns]);
    }

    private static SchemaType DrawType(Random random)
    {
        var kind = (SchemaKind)random.Next(Enum.GetValues<SchemaKind>().Length);
        bool isList = random.Next(2) == 0;
        int? length = isList && random.Next(2) == 0 ? random.Next(1, OperatorSchema.MaxFixedLength + 1) : null;
        return new(kind, isList, random.Next(2) == 0, isList && random.Next(2) == 0, length);
    }

    private static string? DrawAlias(Random random, SchemaType type) => type.Kind != SchemaKind.Tensor ? null : random.Next(6) switch
    {
        0 => "a",
        1 => "a!",
        2 => "a -> *",
        3 => "a|b!",
        4 => "* -> b!",
        _ => null,
    };

    private static SchemaDefault? DrawDefault(Random random, SchemaType type)
    {
        if (random.Next(3) == 0)
            return null;
        if (type.IsOptional && random.Next(2) == 0)
            return SchemaDefault.None;
        int items = random.Next(4);
        return (type.Kind, type.IsList) switch
        {
            (SchemaKind.Int or SchemaKind.SymInt, false) => SchemaDefault.Of(random.NextInt64(long.MinValue, long.MaxValue)),
            (SchemaKind.Float, false) => SchemaDefault.Of(DrawFloat(random)),
            (SchemaKind.Bool, false) => SchemaDefault.Of(random.Next(2) == 0),
            (SchemaKind.Scalar, false) => random.Next(3) switch
            {
                0 => SchemaDefault.Of(random.NextInt64()),
                1 => SchemaDefault.Of(DrawFloat(random)),
                _ => SchemaDefault.Of(random.Next(2) == 0),
            },
            (SchemaKind.String, false) => SchemaDefault.OfString(new([.. Enumerable.Range(0, items * 2).Select(_ => "ab \"'\\\n\r\té),]="[random.Next(14)])])),
            (SchemaKind.ScalarType or SchemaKind.Layout or SchemaKind.MemoryFormat or SchemaKind.Device, false) => SchemaDefault.OfConstant("name_1"),
            (SchemaKind.Int or SchemaKind.SymInt, true) => SchemaDefault.Of([.. Enumerable.Range(0, items).Select(_ => random.NextInt64())]),
            (SchemaKind.Float, true) => SchemaDefault.Of([.. Enumerable.Range(0, items).Select(_ => DrawFloat(random))]),
            (SchemaKind.Bool, true) => SchemaDefault.Of([.. Enumerable.Range(0, items).Select(_ => random.Next(2) == 0)]),
            _ => null,
        };
    }

    private static double DrawFloat(Random random)
    {
        double number = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
        return random.Next(2) == 0 ? random.Next(-3, 4) : double.IsFinite(number) ? number : 0.5;
    }
}
