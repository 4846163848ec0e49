using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Products.Int8;

/// <summary>The maps of late: making one costs the host about as much as a launch. A matrix has four places; where all are taken, it drives one out.</summary>
/// <param name="device">Who reads the matrices.</param>
internal sealed class TensorMapTable(CudaDevice device)
{
    private const int Ways = 4, SetBits = 4, Places = Ways << SetBits;

    private readonly TensorMapKey[] _keys = new TensorMapKey[Places];
    private readonly TensorMap[] _maps = new TensorMap[Places];

    /// <summary>How many maps were made.</summary>
    public int Made { get; private set; }

    /// <summary>The map of a matrix, valid until the next call. Allocates nothing.</summary>
    public ref readonly TensorMap this[in TensorMapKey matrix]
    {
        get
        {
            int first = Ways * SetOf(matrix), way = _keys.AsSpan(first, Ways).IndexOf(matrix), place = first + way;
            if (way < 0)
            {
                place = first + (Made % Ways);
                _maps[place] = TensorMap.Of(device, matrix);
                _keys[place] = matrix;
                Made++;
            }

            return ref _maps[place];
        }
    }

    // Fibonacci hashing: addresses differ in some bits in the middle.
    private static int SetOf(in TensorMapKey matrix)
    {
        ulong bits = (ulong)matrix.Address ^ ((ulong)matrix.Rows << 40) ^ ((ulong)matrix.BoxRows << 56) ^ (ulong)matrix.Columns;
        return (int)((bits * 0x9E3779B97F4A7C15) >> (64 - SetBits));
    }
}
