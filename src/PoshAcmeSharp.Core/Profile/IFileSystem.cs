namespace PoshAcmeSharp.Profile;

/// <summary>
/// The few things that the profile asks of a disk. Failures are <see cref="IOException"/> and
/// <see cref="UnauthorizedAccessException"/>. Whatever is created belongs to the user alone: files have mode 0600,
/// folders 0700; on Windows the root has an access list for the user, SYSTEM and Administrators, which the rest inherits.
/// </summary>
public interface IFileSystem
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="path">Its full path.</param>
    /// <returns>The bytes; null when there is no such file.</returns>
    byte[]? ReadFile(string path);

    /// <summary>Whether a file is there.</summary>
    /// <param name="path">Its full path.</param>
    bool FileExists(string path);

    /// <summary>Whether a folder is there.</summary>
    /// <param name="path">Its full path.</param>
    bool DirectoryExists(string path);

    /// <summary>The names of the folders in a folder, sorted; none when it is not there.</summary>
    /// <param name="path">Its full path.</param>
    IReadOnlyList<string> ListDirectories(string path);

    /// <summary>The names of the files in a folder, sorted; none when it is not there.</summary>
    /// <param name="path">Its full path.</param>
    IReadOnlyList<string> ListFiles(string path);

    /// <summary>Creates a folder and those above it; one that exists is left as it is.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="isRoot">True for the root of a profile: on Windows it gets an access list of its own.</param>
    void CreateDirectory(string path, bool isRoot);

    /// <summary>Writes a new file beside another, down to the disk.</summary>
    /// <param name="path">The full path of the file that it is going to replace.</param>
    /// <param name="content">The bytes.</param>
    /// <returns>The full path of the new file. When this fails nothing is left behind.</returns>
    string CreateTemporaryFile(string path, byte[] content);

    /// <summary>Renames a file in one step, over the destination when that exists.</summary>
    /// <param name="source">Its full path.</param>
    /// <param name="destination">The full path that it gets, on the same volume.</param>
    void MoveFile(string source, string destination);

    /// <summary>Renames a folder.</summary>
    /// <param name="source">Its full path.</param>
    /// <param name="destination">The full path that it gets, on the same volume; nothing may be there.</param>
    void MoveDirectory(string source, string destination);

    /// <summary>Deletes a file; one that is not there is no failure.</summary>
    /// <param name="path">Its full path.</param>
    void DeleteFile(string path);

    /// <summary>Deletes a folder and what is in it; one that is not there is no failure.</summary>
    /// <param name="path">Its full path.</param>
    void DeleteDirectory(string path);

    /// <summary>
    /// Takes a lock that holds between processes until it is disposed of or the process dies. The file is there only
    /// while the lock is held (or after a kill, which does no harm).
    /// </summary>
    /// <param name="path">The full path of the lock file.</param>
    /// <param name="holder">One short line about who holds it, for those who wait.</param>
    /// <returns>The lock; null when somebody else holds it.</returns>
    IDisposable? TryLock(string path, string holder);

    /// <summary>The line that the holder of a lock left.</summary>
    /// <param name="path">The full path of the lock file.</param>
    /// <returns>The line; null when it cannot be told.</returns>
    string? ReadLockHolder(string path);
}
