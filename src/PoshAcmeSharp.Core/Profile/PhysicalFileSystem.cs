using System.Text;

namespace PoshAcmeSharp.Profile;

/// <summary>The disk of the machine.</summary>
public sealed class PhysicalFileSystem : IFileSystem
{
    private const int LockFileLength = 256;
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LockViolation = unchecked((int)0x80070021);

    /// <summary>On Windows a deleted file that is still open somewhere stays in its folder for a moment.</summary>
    private const int FolderNotEmpty = unchecked((int)0x80070091);

    private const int BusyTries = 50;
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(20);
    private readonly INativeFiles _native;

    private PhysicalFileSystem(INativeFiles native) => _native = native;

    /// <summary>The only instance.</summary>
    public static PhysicalFileSystem Instance { get; } = new(
        SystemKinds.Current == SystemKind.Windows ? new WindowsFiles() : new UnixFiles());

    /// <inheritdoc/>
    public byte[]? ReadFile(string path)
        => PatientlyDo(() =>
        {
            try
            {
                // Delete is shared so that a writer can rename over the file meanwhile.
                using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var content = new MemoryStream();
                stream.CopyTo(content);
                return content.ToArray();
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return null;
            }
        });

    /// <inheritdoc/>
    public bool FileExists(string path) => File.Exists(path);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => Directory.Exists(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> ListDirectories(string path) => Names(path, Directory.GetDirectories);

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string path) => Names(path, Directory.GetFiles);

    /// <inheritdoc/>
    public void CreateDirectory(string path, bool isRoot)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { Length: > 0 } parent)
        {
            CreateDirectory(parent, isRoot: false);
        }

        _native.CreateDirectory(path, isRoot);
    }

    /// <inheritdoc/>
    public string CreateTemporaryFile(string path, byte[] content) => CreateTemporaryFile(path, content, isProtected: false);

    /// <summary>Makes a file with an access list of its own, for the user alone, unless there is one.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="content">The bytes.</param>
    /// <returns>False when there is one; it is left as it is.</returns>
    internal bool TryCreateFile(string path, byte[] content)
    {
        var temporary = CreateTemporaryFile(path, content, isProtected: true);
        try
        {
            // Not over what is there.
            File.Move(temporary, path);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
            return false;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private string CreateTemporaryFile(string path, byte[] content, bool isProtected)
    {
        var temporary = _native.CreateTemporaryFile(path);
        try
        {
            if (isProtected)
            {
                _native.Protect(temporary);
            }

            // A virus scanner may have opened the new file already; that must not fail the write.
            using var stream = new FileStream(temporary, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            stream.Write(content, 0, content.Length);
            stream.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        return temporary;
    }

    /// <inheritdoc/>
    public void MoveFile(string source, string destination)
        => PatientlyDo(() =>
        {
            _native.MoveFile(source, destination);
            return true;
        });

    /// <inheritdoc/>
    public void MoveDirectory(string source, string destination) => Directory.Move(source, destination);

    /// <inheritdoc/>
    public void DeleteFile(string path)
        => PatientlyDo(() =>
        {
            if (File.Exists(path))
            {
                File.Delete(path);
            }

            return true;
        });

    /// <inheritdoc/>
    public void DeleteDirectory(string path)
        => PatientlyDo(() =>
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }

            return true;
        });

    /// <inheritdoc/>
    public IDisposable? TryLock(string path, string holder)
    {
        // Of fixed length, so that a shorter line leaves nothing of a longer one; unique, so that whoever takes the lock
        // can tell whether the file at the path is the one it holds.
        var line = $"{Guid.NewGuid():N} {holder}\n";
        return _native.TryLock(path, Encoding.ASCII.GetBytes(line.PadRight(LockFileLength).Substring(0, LockFileLength)));
    }

    /// <inheritdoc/>
    public string? ReadLockHolder(string path)
    {
        var parts = Encoding.ASCII.GetString(_native.ReadLock(path, LockFileLength) ?? []).Trim().Split([' '], 2);
        return parts.Length == 2 ? parts[1] : null;
    }

    private static string[] Names(string path, Func<string, string[]> list)
    {
        try
        {
            var names = list(path).Select(Path.GetFileName).ToArray();
            Array.Sort(names, StringComparer.OrdinalIgnoreCase);
            return names!;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Virus scanners, backups and readers hold files for moments on Windows; a second is enough for them.</summary>
    private static T PatientlyDo<T>(Func<T> action)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return action();
            }
            catch (IOException e) when (e.HResult is SharingViolation or LockViolation or FolderNotEmpty && tries < BusyTries)
            {
                Thread.Sleep(BusyPause);
            }
        }
    }
}
