using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Evergraph.Graph.Import.TorchExport;

/// <summary>
/// Reads the pickles that torch.save writes for tensors (protocols 2 to 4) without executing them: a stack machine over
/// the opcodes that plain data needs. A global is looked up in <see cref="PickleGlobals"/>, and refused by name when it is
/// not there. Values refer to each other and are never walked recursively, so depth costs nothing.
/// </summary>
internal ref struct PickleReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly PickleStack _stack;
    private readonly PickleGlobals _globals;
    private readonly int _maxOpcodes;
    private int _at;

    private PickleReader(ReadOnlySpan<byte> bytes, string place, PickleGlobals.StorageSource storages, int maxOpcodes)
    {
        _bytes = bytes;
        _stack = new(place);
        _globals = new(_stack, storages);
        _maxOpcodes = maxOpcodes;
    }

    /// <summary>The value of the pickle. <paramref name="storages"/> gives the bytes of a storage by its key.</summary>
    /// <exception cref="ImportException">The pickle is damaged, needs something that is not a tensor, or is larger than the limits.</exception>
    public static PickleValue Read(ReadOnlySpan<byte> bytes, string place, PickleGlobals.StorageSource storages, ImportLimits limits) =>
        new PickleReader(bytes, place, storages, limits.MaxPickleOpcodes).Run();

    private PickleValue Run()
    {
        for (int count = 0; count < _maxOpcodes; count++)
        {
            _stack.Offset = _at;
            byte opcode = Take(1)[0];
            if (opcode == (byte)'.')
                return _stack.Pop();
            if (!Literal(opcode) && !Collection(opcode) && !Memo(opcode) && !Construct(opcode))
                throw _stack.Fault($"opcode 0x{opcode:x2}{(opcode is > 0x20 and < 0x7f ? $" '{(char)opcode}'" : "")} is not one that tensors need, and pickles are never executed");
        }
        throw _stack.Fault($"more than {_maxOpcodes} opcodes, the limit of {nameof(ImportLimits)}.{nameof(ImportLimits.MaxPickleOpcodes)}");
    }

    private bool Literal(byte opcode)
    {
        PickleValue? value = opcode switch
        {
            (byte)'N' => PickleValue.None.Value,
            0x88 => new PickleValue.Bool(true),
            0x89 => new PickleValue.Bool(false),
            (byte)'J' => new PickleValue.Int(BinaryPrimitives.ReadInt32LittleEndian(Take(4))),
            (byte)'K' => new PickleValue.Int(Take(1)[0]),
            (byte)'M' => new PickleValue.Int(BinaryPrimitives.ReadUInt16LittleEndian(Take(2))),
            0x8a => Long(Take(Take(1)[0])),
            (byte)'G' => new PickleValue.Float(BinaryPrimitives.ReadDoubleBigEndian(Take(8))),
            0x8c => Text(Take(1)[0]),
            (byte)'X' => Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))),
            0x8d => Text(BinaryPrimitives.ReadUInt64LittleEndian(Take(8))),
            (byte)'C' => Bytes(Take(1)[0]),
            (byte)'B' => Bytes(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))),
            0x8e => Bytes(BinaryPrimitives.ReadUInt64LittleEndian(Take(8))),
            _ => null,
        };
        if (value is not null)
            _stack.Push(value);
        return value is not null;
    }

    private readonly bool Collection(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'(': _stack.Mark(); return true;
            case (byte)')': _stack.Push(new PickleValue.Tuple([])); return true;
            case 0x85: _stack.Push(new PickleValue.Tuple(_stack.Pop(1))); return true;
            case 0x86: _stack.Push(new PickleValue.Tuple(_stack.Pop(2))); return true;
            case 0x87: _stack.Push(new PickleValue.Tuple(_stack.Pop(3))); return true;
            case (byte)'t': _stack.Push(new PickleValue.Tuple(_stack.PopMark())); return true;
            case (byte)']': _stack.Push(new PickleValue.List([])); return true;
            case (byte)'}': _stack.Push(new PickleValue.Dict([], IsOrderedDict: false)); return true;
            case (byte)'a': Append(_stack.Pop(1)); return true;
            case (byte)'e': Append(_stack.PopMark()); return true;
            case (byte)'s': SetItems(_stack.Pop(2)); return true;
            case (byte)'u': SetItems(_stack.PopMark()); return true;
            default: return false;
        }
    }

    private bool Memo(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'q': _stack.Memoize(Take(1)[0]); return true;
            case (byte)'r': _stack.Memoize(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); return true;
            case 0x94: _stack.Memoize(); return true;
            case (byte)'h': _stack.PushMemo(Take(1)[0]); return true;
            case (byte)'j': _stack.PushMemo(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); return true;
            default: return false;
        }
    }

    private bool Construct(byte opcode)
    {
        switch (opcode)
        {
            case 0x80:
                if (Take(1)[0] is var protocol && protocol is < 2 or > 5)
                    throw _stack.Fault($"pickle protocol {protocol}, expected 2 to 5");
                return true;
            case 0x95:
                // A frame only groups the opcodes that follow.
                Take(8);
                return true;
            case (byte)'c':
                _stack.Push(_globals.Resolve(Line(), Line()));
                return true;
            case 0x93:
                string name = _stack.Pop<PickleValue.Text>("a name").Value;
                _stack.Push(_globals.Resolve(_stack.Pop<PickleValue.Text>("a module name").Value, name));
                return true;
            case (byte)'Q':
                _stack.Push(_globals.PersistentId(_stack.Pop<PickleValue.Tuple>("the tuple of a persistent id")));
                return true;
            case (byte)'R':
                var arguments = _stack.Pop<PickleValue.Tuple>("a tuple of arguments");
                _stack.Push(_globals.Reduce(_stack.Pop<PickleValue.Global>("a known name"), arguments.Items));
                return true;
            case (byte)'b':
                // The state of an OrderedDict is the module's _metadata, which tensors do not need.
                _stack.Pop();
                if (_stack.Top is not PickleValue.Dict { IsOrderedDict: true } and var target)
                    throw _stack.Fault($"state is set on {target.Kind}, expected an OrderedDict");
                return true;
            default:
                return false;
        }
    }

    private readonly void Append(PickleValue[] items)
    {
        if (_stack.Top is not PickleValue.List list)
            throw _stack.Fault($"items are appended to {_stack.Top.Kind}, expected list");
        list.Items.AddRange(items);
    }

    private readonly void SetItems(PickleValue[] items)
    {
        if (_stack.Top is not PickleValue.Dict dict)
            throw _stack.Fault($"items are set on {_stack.Top.Kind}, expected dict");
        if (items.Length % 2 != 0)
            throw _stack.Fault($"{items.Length} items are set on a dict, expected pairs");
        for (int i = 0; i < items.Length; i += 2)
            dict.Items.Add((items[i], items[i + 1]));
    }

    private static PickleValue Long(ReadOnlySpan<byte> littleEndian)
    {
        var value = new BigInteger(littleEndian);
        return value >= long.MinValue && value <= long.MaxValue ? new PickleValue.Int((long)value) : new PickleValue.BigInt(value);
    }

    private PickleValue.Text Text(ulong length) => new(Encoding.UTF8.GetString(Take(length)));

    private PickleValue.Bytes Bytes(ulong length) => new(Take(length).Length);

    private string Line()
    {
        int length = _bytes[_at..].IndexOf((byte)'\n');
        if (length < 0)
            throw _stack.Fault("a name without end");
        string line = Encoding.UTF8.GetString(Take(length));
        Take(1);
        return line;
    }

    private ReadOnlySpan<byte> Take(long length) => Take((ulong)length);

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_bytes.Length - _at))
            throw _stack.Fault($"expected {length} more bytes, given {_bytes.Length - _at}: the pickle is truncated");
        ReadOnlySpan<byte> taken = _bytes.Slice(_at, (int)length);
        _at += (int)length;
        return taken;
    }
}
