namespace Evergraph.CustomOps;

/// <summary>Which matrix of an operand each matrix of a broadcast batch takes, so that no operand is repeated in memory.</summary>
internal static class BatchMatrices
{
    /// <summary>For each matrix of the batch, in row-major order, the number of the operand's matrix.</summary>
    /// <param name="own">The operand's batch sizes; one that is 1 or missing is repeated.</param>
    /// <param name="batch">The sizes of the broadcast batch.</param>
    /// <param name="grouped">
    /// The last of the operand's sizes divides the batch's and each of its matrices serves that many neighbours, as key and
    /// value heads serve groups of query heads.
    /// </param>
    public static int[] Of(ReadOnlySpan<long> own, ReadOnlySpan<long> batch, bool grouped = false)
    {
        var matrices = new int[AxisBlock.Product(batch)];
        for (int i = 0; i < matrices.Length; i++)
        {
            long rest = i, stride = 1;
            for (int axis = batch.Length - 1, ownAxis = own.Length - 1; ownAxis >= 0; axis--, ownAxis--)
            {
                long coordinate = rest % batch[axis];
                if (grouped && ownAxis == own.Length - 1)
                    coordinate /= batch[axis] / own[ownAxis];
                matrices[i] += own[ownAxis] == 1 ? 0 : (int)(coordinate * stride);
                rest /= batch[axis];
                stride *= own[ownAxis];
            }
        }

        return matrices;
    }
}
