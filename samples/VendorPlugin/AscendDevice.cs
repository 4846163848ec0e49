using System.Runtime.InteropServices;

namespace Evergraph.Samples.VendorPlugin;

/// <summary>The device that the plugin's implementations run on.</summary>
public static class AscendDevice
{
    /// <summary>The environment variable that puts the emulator in the device's place, with 1.</summary>
    public const string EmulatorVariable = "ASCEND_EMULATOR";

    /// <summary>The library: the vendor's own, or a double that a test or <see cref="EmulatorVariable"/> puts in its place.</summary>
    public static IAscendLibrary Library { get; set; } =
        Environment.GetEnvironmentVariable(EmulatorVariable) == "1" ? new EmulatedAscendLibrary() : new NativeAscendLibrary();

    /// <summary>Whether the library is there; dispatch asks once an epoch.</summary>
    public static Availability Probe()
    {
        if (Library is not NativeAscendLibrary)
            return Availability.Yes;
        if (!NativeLibrary.TryLoad(NativeAscendLibrary.Name, typeof(AscendDevice).Assembly, null, out nint handle))
            return Availability.No($"lib{NativeAscendLibrary.Name} is not installed; set {EmulatorVariable}=1 to try the plugin without the device");
        NativeLibrary.Free(handle);
        return Availability.Yes;
    }
}
