using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Amx;

/// <summary>
/// The innermost product: 32 rows by 32 columns of float32, each number as the exact sum of three bfloat16 (see <see cref="SplitFloat"/>).
/// </summary>
/// <remarks>
/// With a = a₀ + a₁ + a₂ and b = b₀ + b₁ + b₂, each part 2⁻⁸ of the one before, a·b = a₀b₀ + (a₀b₁ + a₁b₀) + (a₀b₂ + a₁b₁ + a₂b₀) + what is below
/// 2⁻²⁴·|a·b|, as small as the rounding of float32 itself: six products on the matrix unit give a product of float32.
/// Registers 0–3 sum the four quarters, 4–5 hold 2·16 rows of one part of a, 6–7 2·16 columns of one part of b. The order of the six keeps in
/// registers what the next one needs.
/// </remarks>
internal static unsafe class AmxBlock
{
    /// <summary>Rows and columns of a block.</summary>
    public const int Size = 32;

    /// <summary>Terms of a float32 sum that one step takes.</summary>
    public const int Depth = 32;

    /// <summary>Terms of an int8 sum that one step takes.</summary>
    public const int Int8Depth = 64;

    /// <summary>Parts of a number.</summary>
    public const int Parts = 3;

    /// <summary>Bytes of one tile: 16 rows of 64 bytes.</summary>
    public const int TileBytes = 1024;

    /// <summary>Bytes of one float32 operand for one step: for each part two tiles.</summary>
    public const int StepBytes = Parts * 2 * TileBytes;

    /// <summary>Bytes of one int8 operand for one step: two tiles.</summary>
    public const int Int8StepBytes = 2 * TileBytes;

    private static readonly Lazy<Code> Assembled = new(Assemble);

    /// <summary>Whether the matrix unit can be used, and the code for it be placed; or why not.</summary>
    public static Availability Availability
    {
        get
        {
            if (!AmxSupport.Availability.IsAvailable)
                return AmxSupport.Availability;
            try
            {
                _ = Assembled.Value;
                return Availability.Yes;
            }
            catch (EvergraphException exception)
            {
                return Availability.No(exception.Message);
            }
        }
    }

    /// <summary>
    /// Multiplies: a and b packed, as many steps as given, into c, whose rows are as many bytes apart as given. The sum starts at 0, or goes on
    /// from what c has.
    /// </summary>
    public static void Multiply(byte* a, byte* b, float* c, long steps, long rowBytes, bool goesOn) =>
        (goesOn ? Assembled.Value.GoOn : Assembled.Value.Start)(a, b, c, steps, rowBytes);

    /// <summary>Multiplies int8: a and b packed, as many steps as given, into c, 32 by 32 int32 one after the other.</summary>
    public static void MultiplyInt8(byte* a, byte* b, int* c, long steps) =>
        Assembled.Value.Int8(a, b, (float*)c, steps, Size * sizeof(int));

    /// <summary>Takes the matrix unit for this thread until <see cref="Leave"/>.</summary>
    public static void Enter()
    {
        // Palette 1; for each of eight registers 64 bytes a row and 16 rows.
        byte* configuration = stackalloc byte[64];
        new Span<byte>(configuration, 64).Clear();
        configuration[0] = 1;
        for (int i = 0; i < 8; i++)
        {
            configuration[16 + (2 * i)] = 64;
            configuration[48 + i] = 16;
        }

        Assembled.Value.Enter(configuration);
    }

    /// <summary>Gives the matrix unit back, so that the thread's state is small again.</summary>
    public static void Leave() => Assembled.Value.Leave();

    private static Code Assemble()
    {
        var assembler = new AmxAssembler();
        int enter = assembler.Position;
        assembler.LoadConfigurationRdi();
        assembler.Return();
        int leave = assembler.Position;
        assembler.Release();
        assembler.Return();
        int start = assembler.Position;
        AssembleProduct(assembler, goesOn: false);
        int goOn = assembler.Position;
        AssembleProduct(assembler, goesOn: true);
        int int8 = assembler.Position;
        AssembleInt8(assembler);
        nint code = ExecutableMemory.Place(assembler.ToArray());
        return new(
            (delegate* unmanaged<byte*, void>)(code + enter),
            (delegate* unmanaged<void>)(code + leave),
            (delegate* unmanaged<byte*, byte*, float*, long, long, void>)(code + start),
            (delegate* unmanaged<byte*, byte*, float*, long, long, void>)(code + goOn),
            (delegate* unmanaged<byte*, byte*, float*, long, long, void>)(code + int8));
    }

    private static void AssembleInt8(AmxAssembler assembler)
    {
        assembler.MoveR10(64);
        assembler.MoveR9SixteenRowsBelow(BaseRegister.Rdx);
        for (int sum = 0; sum < 4; sum++)
            assembler.Zero(sum);
        int loop = assembler.Position;
        LoadLeft(assembler, 0);
        LoadRight(assembler, 0);
        for (int sum = 0; sum < 4; sum++)
            assembler.MultiplyInt8(sum, 4 + (sum / 2), 6 + (sum % 2));
        assembler.Add(BaseRegister.Rdi, Int8StepBytes);
        assembler.Add(BaseRegister.Rsi, Int8StepBytes);
        assembler.LoopRcx(loop);
        Store(assembler);
    }

    private static void AssembleProduct(AmxAssembler assembler, bool goesOn)
    {
        assembler.MoveR10(64);
        assembler.MoveR9SixteenRowsBelow(BaseRegister.Rdx);
        if (goesOn)
        {
            // Registers 2 and 3 are below: rdx moves there and back.
            assembler.LoadStrideR8(0, BaseRegister.Rdx, 0);
            assembler.LoadStrideR8(1, BaseRegister.Rdx, 64);
            assembler.ExchangeRdxR9();
            assembler.LoadStrideR8(2, BaseRegister.Rdx, 0);
            assembler.LoadStrideR8(3, BaseRegister.Rdx, 64);
            assembler.ExchangeRdxR9();
        }
        else
        {
            for (int sum = 0; sum < 4; sum++)
                assembler.Zero(sum);
        }

        int loop = assembler.Position;
        LoadLeft(assembler, 0);
        LoadRight(assembler, 2);
        MultiplyQuarters(assembler);
        LoadRight(assembler, 1);
        MultiplyQuarters(assembler);
        LoadRight(assembler, 0);
        MultiplyQuarters(assembler);
        LoadLeft(assembler, 2);
        MultiplyQuarters(assembler);
        LoadLeft(assembler, 1);
        MultiplyQuarters(assembler);
        LoadRight(assembler, 1);
        MultiplyQuarters(assembler);
        assembler.Add(BaseRegister.Rdi, StepBytes);
        assembler.Add(BaseRegister.Rsi, StepBytes);
        assembler.LoopRcx(loop);

        Store(assembler);
    }

    private static void Store(AmxAssembler assembler)
    {
        assembler.StoreStrideR8(BaseRegister.Rdx, 0, 0);
        assembler.StoreStrideR8(BaseRegister.Rdx, 64, 1);
        assembler.ExchangeRdxR9();
        assembler.StoreStrideR8(BaseRegister.Rdx, 0, 2);
        assembler.StoreStrideR8(BaseRegister.Rdx, 64, 3);
        assembler.Return();
    }

    private static void LoadLeft(AmxAssembler assembler, int part)
    {
        assembler.LoadStrideR10(4, BaseRegister.Rdi, part * 2 * TileBytes);
        assembler.LoadStrideR10(5, BaseRegister.Rdi, ((part * 2) + 1) * TileBytes);
    }

    private static void LoadRight(AmxAssembler assembler, int part)
    {
        assembler.LoadStrideR10(6, BaseRegister.Rsi, part * 2 * TileBytes);
        assembler.LoadStrideR10(7, BaseRegister.Rsi, ((part * 2) + 1) * TileBytes);
    }

    private static void MultiplyQuarters(AmxAssembler assembler)
    {
        for (int sum = 0; sum < 4; sum++)
            assembler.MultiplyBFloat16(sum, 4 + (sum / 2), 6 + (sum % 2));
    }

    private sealed class Code(
        delegate* unmanaged<byte*, void> enter,
        delegate* unmanaged<void> leave,
        delegate* unmanaged<byte*, byte*, float*, long, long, void> start,
        delegate* unmanaged<byte*, byte*, float*, long, long, void> goOn,
        delegate* unmanaged<byte*, byte*, float*, long, long, void> int8)
    {
        public delegate* unmanaged<byte*, void> Enter { get; } = enter;

        public delegate* unmanaged<void> Leave { get; } = leave;

        public delegate* unmanaged<byte*, byte*, float*, long, long, void> Start { get; } = start;

        public delegate* unmanaged<byte*, byte*, float*, long, long, void> GoOn { get; } = goOn;

        public delegate* unmanaged<byte*, byte*, float*, long, long, void> Int8 { get; } = int8;
    }
}
