using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Tests.Profile;

/// <summary>The real disk, to be read from; counts the files that were opened.</summary>
internal sealed class CountingFileSystem : IFileSystem
{
    private int reads;

    public int Reads => reads;

    public byte[]? ReadFile(string path)
    {
        Interlocked.Increment(ref reads);
        return PhysicalFileSystem.Instance.ReadFile(path);
    }

    public bool FileExists(string path) => PhysicalFileSystem.Instance.FileExists(path);

    public bool DirectoryExists(string path) => PhysicalFileSystem.Instance.DirectoryExists(path);

    public IReadOnlyList<string> ListDirectories(string path) => PhysicalFileSystem.Instance.ListDirectories(path);

    public IReadOnlyList<string> ListFiles(string path) => PhysicalFileSystem.Instance.ListFiles(path);

    public void CreateDirectory(string path, bool isRoot) => throw new NotSupportedException();

    public string CreateTemporaryFile(string path, byte[] content) => throw new NotSupportedException();

    public void MoveFile(string source, string destination) => throw new NotSupportedException();

    public void MoveDirectory(string source, string destination) => throw new NotSupportedException();

    public void DeleteFile(string path) => throw new NotSupportedException();

    public void DeleteDirectory(string path) => throw new NotSupportedException();

    public IDisposable? TryLock(string path, string holder) => throw new NotSupportedException();

    public string? ReadLockHolder(string path) => throw new NotSupportedException();
}
