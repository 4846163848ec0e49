using System.Security.Cryptography;
using System.Text;

namespace Evergraph.Runtime.Cuda.Communication;

/// <summary>A number that processes of one machine share and other machines do not have.</summary>
internal static class HostIdentity
{
    // Linux draws it anew at each start, and containers of one machine see the same.
    private const string BootIdentity = "/proc/sys/kernel/random/boot_id";

    /// <summary>The number.</summary>
    public static Guid Value { get; } = new(SHA256.HashData(Encoding.UTF8.GetBytes(File.Exists(BootIdentity) ? File.ReadAllText(BootIdentity) : Environment.MachineName))[..16]);
}
