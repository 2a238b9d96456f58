using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace PoshAcmeSharp.Profile;

/// <summary>
/// Linux, macOS and Mono, by the C library. <c>open</c> takes its mode as a variable argument, which P/Invoke gets wrong
/// on some platforms; so files with secrets come from <c>mkstemp</c> (0600 from the start), and the lock file's mode
/// is set afterwards. What root makes in another user's folder becomes that user's, who could not read it otherwise.
/// </summary>
internal sealed class UnixFiles : INativeFiles
{
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int LockExclusiveWithoutWaiting = 2 | 4;
    private const int PermissionDenied = 13;
    private const int NotPermitted = 1;
    private const int NotFound = 2;
    private const int Interrupted = 4;
    private const int Exists = 17;
    private const int ReadOnlyFileSystem = 30;
    private const uint OwnerReadsAndWrites = 0x180; // 0600
    private const uint OwnerOnly = 0x1C0; // 0700

    private static readonly int WouldBlock = IsMac ? 35 : 11;
    private static readonly int Create = IsMac ? 0x200 : 0x40;
    private static readonly int Exclusive = IsMac ? 0x800 : 0x80;
    private static readonly int NotThroughLinks = IsMac ? 0x20 : 0x100;
    private static readonly int CloseOnExec = IsMac ? 0x1000000 : 0x80000;

    private static bool IsMac => SystemKinds.Current == SystemKind.Mac;

    public void CreateDirectory(string path, bool isRoot)
    {
        if (mkdir(ToNative(path), OwnerOnly) != 0)
        {
            var error = Marshal.GetLastWin32Error();
            if (error != Exists)
            {
                throw Failure("create the folder", path, error);
            }
        }
        else if (!isRoot)
        {
            // A new profile stays the user's who began it.
            GiveToOwnerOfFolder(path, (folder, user, group) => fchownat(folder, ToNative(Path.GetFileName(path)), user, group, NotThroughLinks));
        }
    }

    public string CreateTemporaryFile(string path)
    {
        var template = ToNative(path + ".tmp-XXXXXX");
        var descriptor = mkstemp(template);
        if (descriptor < 0)
        {
            throw Failure("create a file beside", path, Marshal.GetLastWin32Error());
        }

        GiveToOwnerOfFolder(path, (_, user, group) => fchown(descriptor, user, group));
        _ = close(descriptor);
        return Encoding.UTF8.GetString(template, 0, template.Length - 1);
    }

    public void Protect(string file)
    {
        // It has mode 0600.
    }

    public void MoveFile(string source, string destination)
    {
        if (rename(ToNative(source), ToNative(destination)) != 0)
        {
            throw Failure("replace", destination, Marshal.GetLastWin32Error());
        }

        // The new name is on the disk only when its folder is. Not every file system can do that; the rename stands.
        var folder = open(ToNative(Path.GetDirectoryName(destination)!), ReadOnly | CloseOnExec, 0);
        if (folder >= 0)
        {
            _ = fsync(folder);
            _ = close(folder);
        }
    }

    public IDisposable? TryLock(string path, byte[] content)
    {
        // Without close-on-exec a program that a plugin starts would keep the lock as long as it lives.
        // One that is there is opened as it is: root must give away nothing but what it has made.
        var descriptor = open(ToNative(path), ReadWrite | Create | Exclusive | CloseOnExec, OwnerReadsAndWrites);
        if (descriptor >= 0)
        {
            var made = descriptor;
            GiveToOwnerOfFolder(path, (_, user, group) => fchown(made, user, group));
        }
        else if (Marshal.GetLastWin32Error() == Exists)
        {
            descriptor = open(ToNative(path), ReadWrite | Create | CloseOnExec, OwnerReadsAndWrites);
        }

        if (descriptor < 0)
        {
            throw Failure("lock", path, Marshal.GetLastWin32Error());
        }

        var isHeld = false;
        try
        {
            _ = fchmod(descriptor, OwnerReadsAndWrites);
            if (flock(descriptor, LockExclusiveWithoutWaiting) != 0)
            {
                // A file system that has no locks must not look like one whose lock is always taken.
                var error = Marshal.GetLastWin32Error();
                return error == WouldBlock || error == Interrupted ? null : throw Failure("lock", path, error);
            }

            if (write(descriptor, content, (UIntPtr)content.Length).ToInt64() != content.Length)
            {
                throw Failure("write", path, Marshal.GetLastWin32Error());
            }

            // The holder before may have deleted the file between our opening and our locking it.
            isHeld = ReadLock(path, content.Length)?.SequenceEqual(content) == true;
            return isHeld ? new HeldLock(path, descriptor) : null;
        }
        finally
        {
            if (!isHeld)
            {
                _ = close(descriptor);
            }
        }
    }

    /// <summary>Not by a FileStream: that one takes a shared lock, which the holder's lock forbids.</summary>
    public byte[]? ReadLock(string path, int length)
    {
        var descriptor = open(ToNative(path), ReadOnly | CloseOnExec, 0);
        if (descriptor < 0)
        {
            return null;
        }

        var content = new byte[length];
        var count = read(descriptor, content, (UIntPtr)length).ToInt64();
        _ = close(descriptor);
        return count == length ? content : null;
    }

    /// <summary>
    /// The folder is held open meanwhile, and its owner is that of the folder that is open: nothing that its owner puts
    /// in its place is taken for it. When it fails, the file stays root's, as it would have been.
    /// </summary>
    private static void GiveToOwnerOfFolder(string path, Func<int, uint, uint, int> give)
    {
        if (!UnixOwners.IsRoot)
        {
            return;
        }

        var folder = open(ToNative(Path.GetDirectoryName(path)!), ReadOnly | CloseOnExec, 0);
        if (folder < 0)
        {
            return;
        }

        if (UnixOwners.Stat(folder) is { User: not 0 } owner)
        {
            _ = give(folder, owner.User, owner.Group);
        }

        _ = close(folder);
    }

    private static byte[] ToNative(string text) => Encoding.UTF8.GetBytes(text + "\0");

    private static Exception Failure(string action, string path, int error)
    {
        var message = string.Format(CultureInfo.InvariantCulture, "Cannot {0} '{1}' ({2}).", action, path, error switch
        {
            NotFound => "its folder does not exist",
            PermissionDenied or NotPermitted => "permission denied",
            ReadOnlyFileSystem => "the file system is read-only",
            37 or 38 or 95 or 45 or 77 or 78 or 102 => "its file system has no file locks",
            28 => "no space is left on the device",
            122 or 69 => "the disk quota is used up",
            _ => "error " + error.ToString(CultureInfo.InvariantCulture),
        });
        return error is PermissionDenied or NotPermitted or ReadOnlyFileSystem
            ? new UnauthorizedAccessException(message)
            : new IOException(message);
    }

#pragma warning disable IDE1006, SA1300 // The names are the C library's.
    [DllImport("libc", SetLastError = true)]
    private static extern int mkdir(byte[] path, uint mode);

    [DllImport("libc", SetLastError = true)]
    private static extern int mkstemp(byte[] template);

    [DllImport("libc", SetLastError = true)]
    private static extern int rename(byte[] source, byte[] destination);

    [DllImport("libc", SetLastError = true)]
    private static extern int open(byte[] path, int flags, uint mode);

    [DllImport("libc", SetLastError = true)]
    private static extern int close(int descriptor);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(int descriptor);

    [DllImport("libc", SetLastError = true)]
    private static extern int fchmod(int descriptor, uint mode);

    [DllImport("libc")]
    private static extern int fchown(int descriptor, uint user, uint group);

    [DllImport("libc")]
    private static extern int fchownat(int folder, byte[] name, uint user, uint group, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int flock(int descriptor, int operation);

    [DllImport("libc", SetLastError = true)]
    private static extern IntPtr read(int descriptor, byte[] content, UIntPtr length);

    [DllImport("libc", SetLastError = true)]
    private static extern IntPtr write(int descriptor, byte[] content, UIntPtr length);
#pragma warning restore IDE1006, SA1300

    private sealed class HeldLock(string path, int descriptor) : IDisposable
    {
        private int _descriptor = descriptor;

        public void Dispose()
        {
            var held = Interlocked.Exchange(ref _descriptor, -1);
            if (held < 0)
            {
                return;
            }

            try
            {
                // Before the lock is let go: afterwards the file may be somebody else's.
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A lock file that stays does no harm; the lock is the open handle.
            }

            _ = close(held);
        }
    }
}
