using System.Runtime.InteropServices;
using System.Text;

namespace PoshAcmeSharp.Plugins.HttpFile;

/// <summary>
/// Lets the web server, which is another user, read what we write, whatever the umask is. On Windows the access
/// list of the folder is inherited, and nothing is to do.
/// </summary>
internal static class WebPermissions
{
    private const uint FileMode = 0x1A4; // 0644
    private const uint FolderMode = 0x1ED; // 0755

    public static void LetAllReadFile(string path) => Set(path, FileMode);

    public static void LetAllReadFolder(string path) => Set(path, FolderMode);

    private static void Set(string path, uint mode)
    {
        if (Environment.OSVersion.Platform != PlatformID.Win32NT && ChangeMode(Encoding.UTF8.GetBytes(path + "\0"), mode) != 0)
        {
            throw new UnauthorizedAccessException($"The permissions of '{path}' cannot be set.");
        }
    }

    [DllImport("libc", EntryPoint = "chmod", SetLastError = true)]
    private static extern int ChangeMode(byte[] path, uint mode);
}
