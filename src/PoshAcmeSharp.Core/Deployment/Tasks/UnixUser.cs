using System.Runtime.InteropServices;

namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>Who this process runs as, on Linux and macOS.</summary>
internal static class UnixUser
{
    public static bool IsRoot => geteuid() == 0;

    [DllImport("libc")]
    private static extern uint geteuid();
}
