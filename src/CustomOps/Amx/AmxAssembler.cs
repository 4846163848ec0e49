using System.Buffers.Binary;

namespace Evergraph.CustomOps.Amx;

/// <summary>
/// Writes the instructions of the matrix unit that .NET has no intrinsics for, and the few around them. Encodings are those of Intel's
/// Software Developer's Manual, volume 2: VEX.128.0F38.W0 with the opcode and prefix given at each.
/// </summary>
internal sealed class AmxAssembler
{
    // VEX: C4, then R̄X̄B̄ and the map 0F38, then W, v̄v̄v̄v̄, L and the prefix.
    private const byte Vex = 0xC4;
    private const byte MapAllLow = 0xE2;
    private const byte MapIndexHigh = 0xA2;
    private const byte NoPrefix = 0x78;
    private const byte PrefixF3 = 0x7A;
    private const byte PrefixF2 = 0x7B;

    private readonly List<byte> _code = [];

    /// <summary>Where the next instruction begins.</summary>
    public int Position => _code.Count;

    /// <summary>The code.</summary>
    public byte[] ToArray() => [.. _code];

    /// <summary>ldtilecfg [rdi]: takes the shapes of the registers (NP 49 /0).</summary>
    public void LoadConfigurationRdi() => Emit(Vex, MapAllLow, NoPrefix, 0x49, 0x07);

    /// <summary>tilerelease: gives the registers back (NP 49 C0).</summary>
    public void Release() => Emit(Vex, MapAllLow, NoPrefix, 0x49, 0xC0);

    /// <summary>tilezero tmm (F2 49 11:rrr:000).</summary>
    public void Zero(int tile) => Emit(Vex, MapAllLow, PrefixF2, 0x49, (byte)(0xC0 | (tile << 3)));

    /// <summary>tileloadd tmm, [base + r10 + offset]: rows r10 bytes apart (F2 4B /r).</summary>
    public void LoadStrideR10(int tile, BaseRegister address, int offset)
    {
        Emit(Vex, MapIndexHigh, PrefixF2, 0x4B, (byte)(0x84 | (tile << 3)), (byte)(0x10 | (int)address));
        EmitInt(offset);
    }

    /// <summary>tilestored [base + r8 + offset], tmm: rows r8 bytes apart (F3 4B /r).</summary>
    public void StoreStrideR8(BaseRegister address, int offset, int tile)
    {
        Emit(Vex, MapIndexHigh, PrefixF3, 0x4B, (byte)(0x84 | (tile << 3)), (byte)(int)address);
        EmitInt(offset);
    }

    /// <summary>tileloadd tmm, [base + r8 + offset]: rows r8 bytes apart (F2 4B /r).</summary>
    public void LoadStrideR8(int tile, BaseRegister address, int offset)
    {
        Emit(Vex, MapIndexHigh, PrefixF2, 0x4B, (byte)(0x84 | (tile << 3)), (byte)(int)address);
        EmitInt(offset);
    }

    /// <summary>tdpbf16ps sum, left, right: sum += left·right, pairs of bfloat16 into float32 (F3 5C 11:rrr:bbb, right in v̄v̄v̄v̄).</summary>
    public void MultiplyBFloat16(int sum, int left, int right) =>
        Emit(Vex, MapAllLow, (byte)(0x02 | ((~right & 0xF) << 3)), 0x5C, (byte)(0xC0 | (sum << 3) | left));

    /// <summary>tdpbssd sum, left, right: sum += left·right, fours of int8 into int32 (F2 5E 11:rrr:bbb, right in v̄v̄v̄v̄).</summary>
    public void MultiplyInt8(int sum, int left, int right) =>
        Emit(Vex, MapAllLow, (byte)(0x03 | ((~right & 0xF) << 3)), 0x5E, (byte)(0xC0 | (sum << 3) | left));

    /// <summary>mov r10d, value.</summary>
    public void MoveR10(int value)
    {
        Emit(0x41, 0xBA);
        EmitInt(value);
    }

    /// <summary>add register, value.</summary>
    public void Add(BaseRegister register, int value)
    {
        Emit(0x48, 0x81, (byte)(0xC0 | (int)register));
        EmitInt(value);
    }

    /// <summary>r9 = register + 16·r8: sixteen rows further down.</summary>
    public void MoveR9SixteenRowsBelow(BaseRegister register)
    {
        Emit(0x4D, 0x89, 0xC1);                                    // mov r9, r8
        Emit(0x49, 0xC1, 0xE1, 0x04);                              // shl r9, 4
        Emit(0x49, 0x01, (byte)(0xC1 | ((int)register << 3)));     // add r9, register
    }

    /// <summary>xchg rdx, r9.</summary>
    public void ExchangeRdxR9() => Emit(0x4C, 0x87, 0xCA);

    /// <summary>dec rcx; jnz target.</summary>
    public void LoopRcx(int target)
    {
        Emit(0x48, 0xFF, 0xC9);
        Emit(0x0F, 0x85);
        EmitInt(target - (Position + 4));
    }

    /// <summary>ret.</summary>
    public void Return() => Emit(0xC3);

    private void Emit(params ReadOnlySpan<byte> bytes) => _code.AddRange(bytes);

    private void EmitInt(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        Emit(bytes);
    }
}

/// <summary>The registers that hold addresses here, by their numbers.</summary>
internal enum BaseRegister
{
    /// <summary>The third argument of a C function.</summary>
    Rdx = 2,

    /// <summary>The second argument of a C function.</summary>
    Rsi = 6,

    /// <summary>The first argument of a C function.</summary>
    Rdi = 7,
}
