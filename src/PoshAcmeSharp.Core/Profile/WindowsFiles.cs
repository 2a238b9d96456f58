using System.ComponentModel;
using System.Runtime.InteropServices;

namespace PoshAcmeSharp.Profile;

/// <summary>Windows, by kernel32 and advapi32.</summary>
internal sealed class WindowsFiles : INativeFiles
{
    private const int AlreadyExists = 183;
    private const int AccessDenied = 5;
    private const int SharingViolationResult = unchecked((int)0x80070020);
    private const uint AccessInformation = 4;
    private const uint ProtectedAccess = 0x80000000;
    private const uint ReplaceExisting = 1;
    private const uint WriteThrough = 8;
    private const int DeletionTries = 10;
    private static readonly TimeSpan DeletionPause = TimeSpan.FromMilliseconds(20);

    public void CreateDirectory(string path, bool isRoot)
    {
        if (!isRoot)
        {
            // Inherits from the root: what an administrator granted there holds for all.
            Directory.CreateDirectory(path);
            return;
        }

        using var access = WindowsAccessList.ForCurrentUser();
        var attributes = new SecurityAttributes
        {
            Length = Marshal.SizeOf<SecurityAttributes>(),
            Descriptor = access.Descriptor,
        };
        if (!CreateDirectoryW(path, ref attributes) && Marshal.GetLastWin32Error() is var error && error != AlreadyExists)
        {
            throw Failure(error);
        }
    }

    public string CreateTemporaryFile(string path)
    {
        var temporary = path + ".tmp-" + Guid.NewGuid().ToString("N").Substring(0, 8);
        new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None).Dispose();
        return temporary;
    }

    public void Protect(string file)
    {
        using var access = WindowsAccessList.ForCurrentUser();
        if (!SetFileSecurityW(file, AccessInformation | ProtectedAccess, access.Descriptor))
        {
            throw Failure(Marshal.GetLastWin32Error());
        }
    }

    public void MoveFile(string source, string destination)
    {
        if (MoveFileExW(source, destination, ReplaceExisting | WriteThrough))
        {
            return;
        }

        var error = Marshal.GetLastWin32Error();

        // Replacing a file that somebody reads is refused as access denied; only that one is worth another try.
        throw error == AccessDenied && IsOpenSomewhere(destination)
            ? new IOException($"'{destination}' is held open by another program.", SharingViolationResult)
            : Failure(error);
    }

    public IDisposable? TryLock(string path, byte[] content)
    {
        var stream = TryOpenLock(path);
        if (stream is null)
        {
            return null;
        }

        try
        {
            stream.Write(content, 0, content.Length);
            stream.Flush();
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public byte[]? ReadLock(string path, int length)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var content = new byte[length];
            return stream.Read(content, 0, length) == length ? content : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static FileStream? TryOpenLock(string path)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                // Reading is shared, so that those who wait can tell whom they wait for.
                return new FileStream(
                    path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 4096, FileOptions.DeleteOnClose);
            }
            catch (IOException e) when (e.HResult == SharingViolationResult)
            {
                return null;
            }
            catch (UnauthorizedAccessException) when (tries < DeletionTries)
            {
                // A file that is just being deleted looks like one without access.
                Thread.Sleep(DeletionPause);
            }
        }
    }

    private static bool IsOpenSomewhere(string path)
    {
        try
        {
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None).Dispose();
            return false;
        }
        catch (IOException e)
        {
            return e.HResult == SharingViolationResult;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static Exception Failure(int error)
    {
        var cause = new Win32Exception(error);
        return error == AccessDenied
            ? new UnauthorizedAccessException(cause.Message, cause)
            : new IOException(cause.Message, unchecked((int)0x80070000) | error);
    }

    [DllImport("kernel32.dll", SetLastError = true, CharSet = CharSet.Unicode, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool MoveFileExW(string source, string destination, uint flags);

    [DllImport("advapi32.dll", SetLastError = true, CharSet = CharSet.Unicode, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool SetFileSecurityW(string path, uint information, IntPtr descriptor);

    [DllImport("kernel32.dll", SetLastError = true, CharSet = CharSet.Unicode, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool CreateDirectoryW(string path, ref SecurityAttributes attributes);

    [StructLayout(LayoutKind.Sequential)]
    private struct SecurityAttributes
    {
        public int Length;
        public IntPtr Descriptor;
        public int InheritHandle;
    }
}
