using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Tests.Profile;

/// <summary>The process was killed: nothing may react to it.</summary>
internal sealed class KilledException : Exception;

/// <summary>
/// The real disk until a chosen step that would change it; from there on the process is dead, or the disk is full.
/// Writing a file is two steps, so that it can be left half written.
/// </summary>
internal sealed class FaultyFileSystem(int failAt, Func<Exception> failure, bool isLasting = true) : IFileSystem
{
    private readonly PhysicalFileSystem _inner = PhysicalFileSystem.Instance;

    /// <summary>Called after each step that changed the disk.</summary>
    public Action? AfterStep { get; init; }

    public int Steps { get; private set; }

    public byte[]? ReadFile(string path) => _inner.ReadFile(path);

    public bool FileExists(string path) => _inner.FileExists(path);

    public bool DirectoryExists(string path) => _inner.DirectoryExists(path);

    public IReadOnlyList<string> ListDirectories(string path) => _inner.ListDirectories(path);

    public IReadOnlyList<string> ListFiles(string path) => _inner.ListFiles(path);

    public void CreateDirectory(string path, bool isRoot) => Step(() => _inner.CreateDirectory(path, isRoot));

    public string CreateTemporaryFile(string path, byte[] content)
    {
        Step(() => { });
        try
        {
            Step(() => { });
        }
        catch (KilledException)
        {
            _inner.CreateTemporaryFile(path, content[..(content.Length / 2)]);
            throw;
        }

        return _inner.CreateTemporaryFile(path, content);
    }

    public void MoveFile(string source, string destination) => Step(() => _inner.MoveFile(source, destination));

    public void MoveDirectory(string source, string destination) => Step(() => _inner.MoveDirectory(source, destination));

    public void DeleteFile(string path) => Step(() => _inner.DeleteFile(path));

    public void DeleteDirectory(string path) => Step(() => _inner.DeleteDirectory(path));

    public IDisposable? TryLock(string path, string holder) => _inner.TryLock(path, holder);

    public string? ReadLockHolder(string path) => _inner.ReadLockHolder(path);

    private void Step(Action action)
    {
        Steps++;
        if (Steps == failAt || (isLasting && Steps > failAt))
        {
            throw failure();
        }

        action();
        AfterStep?.Invoke();
    }
}
