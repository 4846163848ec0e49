using System.Runtime.InteropServices;
using System.Text;
using Evergraph.Runtime.OnnxRuntime.Native;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>
/// A node's attributes, as far as ONNX Runtime tells. It tells them in two places, while it infers shapes and when it makes a kernel, by
/// different functions.
/// </summary>
internal abstract unsafe class NodeAttributes(OrtFunctions api)
{
    // What has another type, and what is not there, is refused alike.
    protected OrtFunctions Api { get; } = api;

    public long? Int(string name) => WithName(name, key => TryInt(key, out long value) ? value : (long?)null);

    public long[]? Ints(string name) => WithName(name, TryInts);

    public float? Float(string name) => WithName(name, key => TryFloat(key, out float value) ? value : (float?)null);

    public float[]? Floats(string name) => WithName(name, TryFloats);

    public string? Text(string name) => WithName(name, TryText);

    protected abstract bool TryInt(nint name, out long value);

    protected abstract long[]? TryInts(nint name);

    protected abstract bool TryFloat(nint name, out float value);

    protected abstract float[]? TryFloats(nint name);

    protected abstract string? TryText(nint name);

    private static T WithName<T>(string name, Func<nint, T> read)
    {
        nint key = Marshal.StringToCoTaskMemUTF8(name);
        try
        {
            return read(key);
        }
        finally
        {
            Marshal.FreeCoTaskMem(key);
        }
    }
}

/// <summary>Attributes as a kernel's maker sees them.</summary>
internal sealed unsafe class KernelAttributes(OrtFunctions api, nint info) : NodeAttributes(api)
{
    protected override bool TryInt(nint name, out long value)
    {
        long read;
        bool found = OrtStatus.Succeeded(Api, Api.KernelInfoGetAttributeInt64(info, (byte*)name, &read));
        value = found ? read : 0;
        return found;
    }

    protected override bool TryFloat(nint name, out float value)
    {
        float read;
        bool found = OrtStatus.Succeeded(Api, Api.KernelInfoGetAttributeFloat(info, (byte*)name, &read));
        value = found ? read : 0;
        return found;
    }

    protected override long[]? TryInts(nint name)
    {
        nuint count;
        if (!OrtStatus.Succeeded(Api, Api.KernelInfoGetAttributeArrayInt64(info, (byte*)name, null, &count)))
            return null;
        long[] values = new long[count];
        fixed (long* pointer = values)
            return count == 0 || OrtStatus.Succeeded(Api, Api.KernelInfoGetAttributeArrayInt64(info, (byte*)name, pointer, &count)) ? values : null;
    }

    protected override float[]? TryFloats(nint name)
    {
        nuint count;
        if (!OrtStatus.Succeeded(Api, Api.KernelInfoGetAttributeArrayFloat(info, (byte*)name, null, &count)))
            return null;
        float[] values = new float[count];
        fixed (float* pointer = values)
            return count == 0 || OrtStatus.Succeeded(Api, Api.KernelInfoGetAttributeArrayFloat(info, (byte*)name, pointer, &count)) ? values : null;
    }

    protected override string? TryText(nint name)
    {
        nuint bytes;
        if (!OrtStatus.Succeeded(Api, Api.KernelInfoGetAttributeString(info, (byte*)name, null, &bytes)))
            return null;
        byte[] text = new byte[bytes];
        fixed (byte* pointer = text)
            return OrtStatus.Succeeded(Api, Api.KernelInfoGetAttributeString(info, (byte*)name, pointer, &bytes)) ? Encoding.UTF8.GetString(text, 0, (int)bytes - 1) : null;
    }
}

/// <summary>Attributes as shape inference sees them.</summary>
internal sealed unsafe class InferenceAttributes(OrtFunctions api, nint context) : NodeAttributes(api)
{
    private const int IntType = 1;
    private const int IntsType = 2;
    private const int FloatType = 3;
    private const int FloatsType = 4;
    private const int StringType = 5;

    protected override bool TryInt(nint name, out long value)
    {
        byte[]? bytes = Read(name, IntType, sizeof(long));
        value = bytes is null ? 0 : MemoryMarshal.Read<long>(bytes);
        return bytes is not null;
    }

    protected override bool TryFloat(nint name, out float value)
    {
        byte[]? bytes = Read(name, FloatType, sizeof(float));
        value = bytes is null ? 0 : MemoryMarshal.Read<float>(bytes);
        return bytes is not null;
    }

    protected override long[]? TryInts(nint name) =>
        Read(name, IntsType) is { } bytes ? MemoryMarshal.Cast<byte, long>(bytes).ToArray() : null;

    protected override float[]? TryFloats(nint name) =>
        Read(name, FloatsType) is { } bytes ? MemoryMarshal.Cast<byte, float>(bytes).ToArray() : null;

    protected override string? TryText(nint name) => Read(name, StringType) is { } bytes ? Encoding.UTF8.GetString(bytes).TrimEnd('\0') : null;

    /// <summary>
    /// Reads an attribute; where its size is not known, a first try that must fail asks for it. Its type is asked first: of an integer
    /// ONNX Runtime says, asked for a text, that it is empty.
    /// </summary>
    private byte[]? Read(nint name, int type, nuint size = 0)
    {
        nint attribute;
        if (!OrtStatus.Succeeded(Api, Api.ShapeInferContextGetAttribute(context, (byte*)name, &attribute)))
            return null;
        int given;
        if (!OrtStatus.Succeeded(Api, Api.OpAttrGetType(attribute, &given)) || given != type)
            return null;
        nuint needed = size;
        if (size == 0)
        {
            byte none;
            if (OrtStatus.Succeeded(Api, Api.ReadOpAttr(attribute, type, &none, 0, &needed)))
                return [];
        }

        if (needed == 0)
            return null;
        byte[] bytes = new byte[needed];
        fixed (byte* pointer = bytes)
            return OrtStatus.Succeeded(Api, Api.ReadOpAttr(attribute, type, pointer, needed, &needed)) ? bytes[..(int)needed] : null;
    }
}
