using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace PoshAcmeSharp.Profile;

/// <summary>
/// Owners and modes of files on Linux and macOS. .NET does not tell them on all of its versions; <c>statx</c> and macOS's
/// <c>stat</c> have one layout on all processors.
/// </summary>
internal sealed class UnixOwners : IFileOwners
{
    private const uint ReadableByOthers = 4;
    private const int StatLength = 256;
    private const int PasswordEntryLength = 256;
    private const int NamesLength = 16 * 1024;
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStatus = 0x7ff;

    private static bool IsMac => SystemKinds.Current == SystemKind.Mac;

    /// <summary>Whether this process may do everything.</summary>
    internal static bool IsRoot => geteuid() == 0;

    public FileOwner Current => Describe(geteuid());

    public FileOwner? Find(string path) => Stat(path) is { } status ? Describe(status.User) : null;

    public bool IsReadableByAll(string path) => Stat(path) is { } status && (status.Mode & ReadableByOthers) != 0;

    /// <summary>Owner, group and mode of what is at a path; null when it is not there or cannot be told.</summary>
    internal static (uint User, uint Group, uint Mode)? Stat(string path)
    {
        var name = Encoding.UTF8.GetBytes(path + "\0");
        var status = new byte[StatLength];
        return Tell(() => IsMac ? StatOnMac(() => stat64(name, status), () => stat(name, status)) : statx(CurrentFolder, name, 0, BasicStatus, status), status);
    }

    /// <summary>The same of an open file or folder.</summary>
    internal static (uint User, uint Group, uint Mode)? Stat(int descriptor)
    {
        var status = new byte[StatLength];
        return Tell(() => IsMac ? StatOnMac(() => fstat64(descriptor, status), () => fstat(descriptor, status)) : statx(descriptor, [0], EmptyPath, BasicStatus, status), status);
    }

    private static (uint User, uint Group, uint Mode)? Tell(Func<int> ask, byte[] status)
    {
        try
        {
            return ask() != 0 ? null
                : IsMac ? (BitConverter.ToUInt32(status, 16), BitConverter.ToUInt32(status, 20), BitConverter.ToUInt16(status, 4))
                : (BitConverter.ToUInt32(status, 20), BitConverter.ToUInt32(status, 24), BitConverter.ToUInt16(status, 28));
        }
        catch (EntryPointNotFoundException)
        {
            // An old C library.
            return null;
        }
    }

    /// <summary>On Intel's processors the present layout has a name of its own, on Apple's there is no other.</summary>
    private static int StatOnMac(Func<int> named, Func<int> plain)
    {
        try
        {
            return named();
        }
        catch (EntryPointNotFoundException)
        {
            return plain();
        }
    }

    private static FileOwner Describe(uint user)
        => new("uid " + user.ToString(CultureInfo.InvariantCulture), NameOf(user));

    private static string? NameOf(uint user)
    {
        var entry = Marshal.AllocHGlobal(PasswordEntryLength + NamesLength);
        try
        {
            // The name is the first member of the entry.
            return getpwuid_r(user, entry, entry + PasswordEntryLength, (UIntPtr)NamesLength, out var found) == 0 && found != IntPtr.Zero
                ? Marshal.PtrToStringAnsi(Marshal.ReadIntPtr(found))
                : null;
        }
        finally
        {
            Marshal.FreeHGlobal(entry);
        }
    }

#pragma warning disable IDE1006, SA1300 // The names are the C library's.
    [DllImport("libc")]
    private static extern uint geteuid();

    [DllImport("libc")]
    private static extern int getpwuid_r(uint user, IntPtr entry, IntPtr names, UIntPtr length, out IntPtr found);

    [DllImport("libc")]
    private static extern int statx(int folder, byte[] path, int flags, uint mask, byte[] status);

    [DllImport("libc", EntryPoint = "stat$INODE64")]
    private static extern int stat64(byte[] path, byte[] status);

    [DllImport("libc", EntryPoint = "fstat$INODE64")]
    private static extern int fstat64(int descriptor, byte[] status);

    [DllImport("libc")]
    private static extern int stat(byte[] path, byte[] status);

    [DllImport("libc")]
    private static extern int fstat(int descriptor, byte[] status);
#pragma warning restore IDE1006, SA1300
}
