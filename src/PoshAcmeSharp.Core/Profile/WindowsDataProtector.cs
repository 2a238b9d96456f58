using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace PoshAcmeSharp.Profile;

/// <summary>DPAPI: for the current user, as ConvertFrom-SecureString uses it, or for all accounts of the machine.</summary>
internal sealed class WindowsDataProtector(bool isForMachine) : IDataProtector
{
    private const uint NoUserInterface = 1;
    private const uint LocalMachine = 4;

    /// <summary>
    /// No secret, as whoever runs this module has it. It only keeps what is protected for the machine apart from what other
    /// programs protect so; what keeps other accounts away is the access list of the profile.
    /// </summary>
    private static readonly byte[] MachineEntropy = Encoding.ASCII.GetBytes("PoshAcmeSharp secrets of this machine");

    private delegate bool Conversion(ref Blob input, IntPtr entropy, out Blob output);

    public byte[] Protect(byte[] data)
        => Convert(data, (ref Blob input, IntPtr entropy, out Blob output)
            => CryptProtectData(ref input, null, entropy, IntPtr.Zero, IntPtr.Zero, isForMachine ? NoUserInterface | LocalMachine : NoUserInterface, out output));

    public byte[] Unprotect(byte[] data)
        => Convert(data, (ref Blob input, IntPtr entropy, out Blob output)
            => CryptUnprotectData(ref input, IntPtr.Zero, entropy, IntPtr.Zero, IntPtr.Zero, NoUserInterface, out output));

    private byte[] Convert(byte[] data, Conversion conversion)
    {
        var pin = GCHandle.Alloc(data, GCHandleType.Pinned);
        var entropyPin = GCHandle.Alloc(MachineEntropy, GCHandleType.Pinned);
        var entropyBlob = GCHandle.Alloc(new Blob { Length = MachineEntropy.Length, Data = entropyPin.AddrOfPinnedObject() }, GCHandleType.Pinned);
        try
        {
            var input = new Blob { Length = data.Length, Data = pin.AddrOfPinnedObject() };
            if (!conversion(ref input, isForMachine ? entropyBlob.AddrOfPinnedObject() : IntPtr.Zero, out var output))
            {
                throw new CryptographicException(new Win32Exception(Marshal.GetLastWin32Error()).Message);
            }

            var result = new byte[output.Length];
            Marshal.Copy(output.Data, result, 0, output.Length);

            // The system's copy may be the plain text.
            Marshal.Copy(new byte[output.Length], 0, output.Data, output.Length);
            _ = LocalFree(output.Data);
            return result;
        }
        finally
        {
            entropyBlob.Free();
            entropyPin.Free();
            pin.Free();
        }
    }

    [DllImport("crypt32.dll", SetLastError = true, CharSet = CharSet.Unicode, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool CryptProtectData(
        ref Blob input, string? description, IntPtr entropy, IntPtr reserved, IntPtr prompt, uint flags, out Blob output);

    [DllImport("crypt32.dll", SetLastError = true, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool CryptUnprotectData(
        ref Blob input, IntPtr description, IntPtr entropy, IntPtr reserved, IntPtr prompt, uint flags, out Blob output);

    [DllImport("kernel32.dll", ExactSpelling = true)]
    private static extern IntPtr LocalFree(IntPtr memory);

    [StructLayout(LayoutKind.Sequential)]
    private struct Blob
    {
        public int Length;
        public IntPtr Data;
    }
}
